package dev.tern.transport.threads;

import dev.tern.core.transport.Transport;
import dev.tern.testkit.contracts.TlsTransportContract;

/** What every transport must do with TLS over it. */
final class TlsOverThreadsTest extends TlsTransportContract {

  @Override
  protected Transport newPlainTransport() {
    return new ThreadsTransport();
  }

  @Override
  protected String threadNamePrefix() {
    return "tern-threads";
  }
}
