package dev.tern.conformance;

import dev.tern.core.transport.Transport;
import dev.tern.transport.threads.ThreadsTransport;

final class ThreadsRpcTest extends RpcContract {
  @Override
  Transport newTransport() {
    return new ThreadsTransport();
  }
}
