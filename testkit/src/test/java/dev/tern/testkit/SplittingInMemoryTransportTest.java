package dev.tern.testkit;

import dev.tern.core.transport.Transport;

/** The contract again, with a small buffer and cuts at random places. */
final class SplittingInMemoryTransportTest extends TransportContract {

  @Override
  protected Transport newTransport() {
    return new InMemoryTransport(new InMemoryTransport.Settings(10_007, 64 << 10, SEED));
  }

  @Override
  protected String threadNamePrefix() {
    return MemoryLoop.THREAD_NAME;
  }
}
