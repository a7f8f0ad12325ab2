package dev.tern.protocol.compress;

/**
 * A way to make payloads shorter, which is told by their first bytes. gzip is always there; others
 * are optional parts, found by {@link java.util.ServiceLoader}. There is one instance of each in a
 * process, which is thread-safe.
 */
public interface Compression {
  /** Its name on the wire, such as {@code "zstd"}: one that stands for the first bytes. */
  String label();

  /** One more context, which somebody must close. */
  CompressionContext newContext();
}
