package dev.tern.transport.netty;

import dev.tern.core.tls.TlsEngines;
import dev.tern.core.transport.Transport;
import dev.tern.testkit.contracts.TlsTransportContract;
import org.junit.jupiter.api.extension.ExtendWith;

/** What every transport must do with TLS over it, where OpenSSL encrypts. */
@ExtendWith(LeakCheck.class)
final class TlsOverNettyWithOpenSslTest extends TlsTransportContract {

  @Override
  protected Transport newPlainTransport() {
    return NettyTransport.create();
  }

  @Override
  protected TlsEngines engines() {
    return NettyOpenSsl.engines();
  }

  @Override
  protected boolean endsOneDirection() {
    return false;
  }

  @Override
  protected String threadNamePrefix() {
    return "tern-netty";
  }
}
