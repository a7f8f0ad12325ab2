package dev.tern.bench.contender;

/** What a call does. */
public enum Work {
  /** {@code add(1, 2)} is 3. */
  ADD,
  /** {@link Order#SAMPLE} there and back, read into values and written again on each side. */
  ECHO_ORDER,
  /** 64 KiB of text (as bytes where the system has no better) there and back. */
  ECHO_64K,
  /** 1 MiB likewise. */
  ECHO_1M,
  /** {@link Order#LARGE} there and back, read into values and written again on each side. */
  ECHO_LARGE_ORDER,
  /** 1 MiB of bytes there and back. */
  ECHO_BYTES,
  /** {@code add(1, 2)} a hundred times, which counts as one call. */
  HUNDRED_ADDS;

  /** How often. */
  public static final int HUNDRED = 100;

  /** The text that is echoed; ASCII, nothing in it has to be escaped. */
  public String text() {
    return switch (this) {
      case ECHO_64K -> text(64 << 10);
      case ECHO_1M -> text(1 << 20);
      case ADD, HUNDRED_ADDS, ECHO_ORDER, ECHO_LARGE_ORDER, ECHO_BYTES ->
          throw new IllegalArgumentException(this + " (expected: a text)");
    };
  }

  /** The order that is echoed. */
  public Order order() {
    return this == ECHO_LARGE_ORDER ? Order.LARGE : Order.SAMPLE;
  }

  private static String text(int length) {
    String line = "The quick brown fox jumps over the lazy dog, 0123456789 times or so. ";
    return line.repeat(length / line.length() + 1).substring(0, length);
  }
}
