package dev.tern.testkit.contracts;

import dev.tern.core.transport.Transport;
import dev.tern.transport.memory.MemoryTransport;

/** What every transport must do with TLS over it. */
final class TlsOverMemoryTest extends TlsTransportContract {

  @Override
  protected Transport newPlainTransport() {
    return new MemoryTransport();
  }

  @Override
  protected String threadNamePrefix() {
    return "tern-memory";
  }
}
