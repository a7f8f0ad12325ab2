package dev.tern.protocol;

/**
 * The bounds on one message, the same at both ends.
 *
 * @param frameBytes the longest payload, at most {@link #MAX_FRAME_BYTES}
 * @param depth how deep JSON may nest: no sane message comes near, and a reader that recurses must
 *     not overflow its stack
 * @param nameBytes the longest key of a JSON object
 * @param numberDigits the longest number, in characters: parsing big numbers costs quadratic time
 * @param methodBytes the longest method name
 * @param idBytes the longest id string
 * @param keyBytes the longest {@code meta.key}
 * @param metaKeys how many members {@code meta} may have
 * @param metaBytes how long {@code meta} may be
 */
public record Limits(
    int frameBytes,
    int depth,
    int nameBytes,
    int numberDigits,
    int methodBytes,
    int idBytes,
    int keyBytes,
    int metaKeys,
    int metaBytes) {

  /**
   * 128 MiB. The first byte of a legal prefix is at most 0x08: a letter (HTTP), 0x16 (TLS) or 0x0D
   * (a PROXY header) is never a frame, which makes one port enough.
   */
  public static final int MAX_FRAME_BYTES = 128 << 20;

  /** 16 MiB a frame, depth 64, and the other defaults of PROTOCOL.md. */
  public static final Limits DEFAULT =
      new Limits(16 << 20, 64, 256, 1_000, 256, 128, 256, 64, 8 << 10);

  /**
   * Checks them.
   *
   * @throws IllegalArgumentException if one is below 1, or the frame limit over {@link
   *     #MAX_FRAME_BYTES}
   */
  public Limits {
    atLeastOne("frameBytes", frameBytes);
    atLeastOne("depth", depth);
    atLeastOne("nameBytes", nameBytes);
    atLeastOne("numberDigits", numberDigits);
    atLeastOne("methodBytes", methodBytes);
    atLeastOne("idBytes", idBytes);
    atLeastOne("keyBytes", keyBytes);
    atLeastOne("metaKeys", metaKeys);
    atLeastOne("metaBytes", metaBytes);
    if (frameBytes > MAX_FRAME_BYTES) {
      throw new IllegalArgumentException(
          "frameBytes: " + frameBytes + " (expected: at most " + MAX_FRAME_BYTES + ")");
    }
  }

  /** The same with another frame limit. */
  public Limits withFrameBytes(int bytes) {
    return new Limits(
        bytes, depth, nameBytes, numberDigits, methodBytes, idBytes, keyBytes, metaKeys, metaBytes);
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: at least 1)");
    }
  }
}
