package dev.tern.core.transport;

import java.io.IOException;

/** The transport is closed: it makes no connection any more, however often it is asked. */
public final class ClosedTransport extends IOException {
  private static final long serialVersionUID = 1L;

  /** What was asked of it comes too late. */
  public ClosedTransport() {
    super("the transport is closed");
  }
}
