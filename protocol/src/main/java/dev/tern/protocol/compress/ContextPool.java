package dev.tern.protocol.compress;

import dev.tern.protocol.Bytes;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A compression with contexts to use again, for all ends of a process. It keeps a bounded number of
 * them, and none once the last end that uses it has closed. Thread-safe.
 */
public final class ContextPool {
  /** As many as threads that compress at the same moment on a large machine; zstd's take 1 MiB. */
  private static final int PLACES = 16;

  /** Of the payload by which all is loaded. */
  private static final int FIRST_BYTES = 1_024;

  private final Compression compression;
  private final AtomicReferenceArray<@Nullable CompressionContext> kept =
      new AtomicReferenceArray<>(PLACES);
  private final AtomicInteger users = new AtomicInteger();

  /** One that keeps nothing yet. */
  public ContextPool(Compression compression) {
    this.compression = compression;
  }

  /** The compression's name on the wire. */
  public String label() {
    return compression.label();
  }

  /**
   * Loads what it needs, such as native code, which takes a third of a second: now, and not when a
   * peer waits for it, or an event loop.
   */
  public void prepare() {
    try (CompressionContext context = compression.newContext()) {
      Bytes frame = context.compress(Bytes.of(new byte[FIRST_BYTES]), FIRST_BYTES);
      if (frame != null) {
        Expansion into = new Expansion(FIRST_BYTES, FIRST_BYTES, _ -> true, false);
        context.expand(frame.array(), frame.from(), frame.to(), into);
      }
    }
  }

  /** How many contexts it keeps. */
  public int size() {
    int size = 0;
    for (int i = 0; i < PLACES; i++) {
      size += kept.get(i) == null ? 0 : 1;
    }
    return size;
  }

  /** How many ends have used it and have not closed. */
  public int users() {
    return users.get();
  }

  void open() {
    users.incrementAndGet();
  }

  void close() {
    if (users.decrementAndGet() == 0) {
      free();
    }
  }

  private void free() {
    for (int i = 0; i < PLACES; i++) {
      close(kept.getAndSet(i, null));
    }
  }

  private static void close(@Nullable CompressionContext context) {
    if (context != null) {
      context.close();
    }
  }

  /** One that nobody else uses, to be given back. */
  CompressionContext take() {
    for (int i = 0; i < PLACES; i++) {
      CompressionContext context = kept.get(i) == null ? null : kept.getAndSet(i, null);
      if (context != null) {
        return context;
      }
    }
    return compression.newContext();
  }

  void giveBack(CompressionContext context) {
    for (int i = 0; i < PLACES; i++) {
      if (kept.compareAndSet(i, null, context)) {
        if (users.get() == 0) { // closed meanwhile
          free();
        }
        return;
      }
    }
    context.close();
  }
}
