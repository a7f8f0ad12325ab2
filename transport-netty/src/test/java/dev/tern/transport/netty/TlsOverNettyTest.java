package dev.tern.transport.netty;

import dev.tern.core.transport.Transport;
import dev.tern.testkit.contracts.TlsTransportContract;

/** What every transport must do with TLS over it. */
final class TlsOverNettyTest extends TlsTransportContract {

  @Override
  protected Transport newPlainTransport() {
    return NettyTransport.create();
  }

  @Override
  protected String threadNamePrefix() {
    return "tern-netty";
  }
}
