package dev.tern.cli.options;

import dev.tern.core.transport.Transport;
import dev.tern.transport.netty.NettyTransport;
import dev.tern.transport.threads.ThreadsTransport;
import java.util.Locale;

/** The transports to choose from. */
public enum TransportKind {
  NETTY,
  THREADS;

  public Transport open() {
    return switch (this) {
      case NETTY -> NettyTransport.create();
      case THREADS -> new ThreadsTransport();
    };
  }

  /** As on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
