package dev.tern.core.observe;

import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/**
 * The bytes of one connection. Counted in its serial context, where nothing is waited for: whoever
 * reads them elsewhere sees them a moment later.
 */
public final class Traffic {
  private static final AtomicLongFieldUpdater<Traffic> READ =
      AtomicLongFieldUpdater.newUpdater(Traffic.class, "read");
  private static final AtomicLongFieldUpdater<Traffic> WRITTEN =
      AtomicLongFieldUpdater.newUpdater(Traffic.class, "written");

  private volatile long read;
  private volatile long written;

  /** So many bytes have come. In the serial context. */
  public void read(int bytes) {
    READ.lazySet(this, read + bytes);
  }

  /** So many bytes were given to the transport. In the serial context. */
  public void written(long bytes) {
    WRITTEN.lazySet(this, written + bytes);
  }

  long bytesRead() {
    return read;
  }

  long bytesWritten() {
    return written;
  }
}
