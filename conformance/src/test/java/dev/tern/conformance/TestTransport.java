package dev.tern.conformance;

import dev.tern.core.transport.Transport;
import dev.tern.transport.memory.MemoryTransport;
import dev.tern.transport.netty.NettyTransport;
import dev.tern.transport.threads.ThreadsTransport;

/** The transports that every promise is kept on. */
enum TestTransport {
  MEMORY {
    @Override
    Transport create() {
      return new MemoryTransport();
    }
  },
  THREADS {
    @Override
    Transport create() {
      return new ThreadsTransport(MANY);
    }
  },
  NETTY {
    @Override
    Transport create() {
      return NettyTransport.builder().eventLoops(2).build();
    }
  };

  /** More connections than any test opens. */
  private static final int MANY = 2_000;

  abstract Transport create();
}
