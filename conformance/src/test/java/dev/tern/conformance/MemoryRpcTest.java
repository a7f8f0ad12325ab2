package dev.tern.conformance;

import dev.tern.core.transport.Transport;
import dev.tern.transport.memory.MemoryTransport;

final class MemoryRpcTest extends RpcContract {
  @Override
  Transport newTransport() {
    return new MemoryTransport();
  }
}
