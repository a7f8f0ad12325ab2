package dev.tern.cli;

import dev.tern.core.transport.Transport;
import dev.tern.transport.netty.NettyTransport;
import dev.tern.transport.threads.ThreadsTransport;
import java.util.Locale;

/** The transports to choose from. */
enum TransportKind {
  NETTY,
  THREADS;

  Transport open() {
    return switch (this) {
      case NETTY -> NettyTransport.create();
      case THREADS -> new ThreadsTransport();
    };
  }

  /** As on the command line. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
