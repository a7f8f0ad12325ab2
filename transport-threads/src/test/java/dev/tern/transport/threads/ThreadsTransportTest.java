package dev.tern.transport.threads;

import dev.tern.core.transport.Transport;
import dev.tern.testkit.contracts.SocketTransportContract;

final class ThreadsTransportTest extends SocketTransportContract {

  @Override
  protected Transport newTransport() {
    return new ThreadsTransport();
  }

  @Override
  protected String threadNamePrefix() {
    return ThreadsTransport.THREAD_NAME_PREFIX;
  }
}
