package dev.tern.testkit.contracts;

import dev.tern.core.transport.Transport;
import dev.tern.transport.memory.MemoryTransport;

/** The contract again, with a small buffer and cuts at random places. */
final class SplittingMemoryTransportTest extends TransportContract {

  @Override
  protected Transport newTransport() {
    return new MemoryTransport(new MemoryTransport.Settings(10_007, 64 << 10, SEED));
  }

  @Override
  protected String threadNamePrefix() {
    return "tern-memory";
  }
}
