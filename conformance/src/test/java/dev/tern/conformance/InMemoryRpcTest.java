package dev.tern.conformance;

import dev.tern.core.transport.Transport;
import dev.tern.testkit.InMemoryTransport;

final class InMemoryRpcTest extends RpcContract {
  @Override
  Transport newTransport() {
    return new InMemoryTransport();
  }
}
