package dev.tern.protocol.frame;

import org.jspecify.annotations.Nullable;

/** What a payload is, told from its first byte. */
public enum PayloadKind {
  JSON("json", false, false),
  JSON_BATCH("json", true, false),
  MSGPACK("msgpack", false, false),
  MSGPACK_BATCH("msgpack", true, false),
  PROTOBUF("protobuf", false, false),
  PROTOBUF_BATCH("protobuf", true, false),
  GZIP("gzip", false, true),
  ZSTD("zstd", false, true),
  LZ4("lz4", false, true);

  private final String label;
  private final boolean isBatch;
  private final boolean isCompressed;

  PayloadKind(String label, boolean isBatch, boolean isCompressed) {
    this.label = label;
    this.isBatch = isBatch;
    this.isCompressed = isCompressed;
  }

  /** The name on the wire, of the encoding or of the compression. */
  public String label() {
    return label;
  }

  /** Whether any number of messages are in it. */
  public boolean isBatch() {
    return isBatch;
  }

  /** Whether what it is is only known when it has been expanded. */
  public boolean isCompressed() {
    return isCompressed;
  }

  /** The encoding of a payload, or null if its first bytes name none. */
  public static @Nullable PayloadKind of(byte[] payload, int offset, int length) {
    int at = offset;
    int end = offset + length;
    while (at < end && isJsonSpace(payload[at])) {
      at++;
    }
    if (at == end) {
      return null;
    }
    int first = payload[at] & 0xFF;
    if (first == '{') {
      return JSON;
    }
    if (first == '[') {
      return JSON_BATCH;
    }
    if (at > offset) {
      return null; // only JSON may have white space before it
    }
    return switch (first) {
      case 0x12, 0x1A -> PROTOBUF;
      case 0x2A -> PROTOBUF_BATCH;
      case 0x1F -> startsWith(payload, offset, length, 0x1F, 0x8B) ? GZIP : null;
      case 0x28 -> startsWith(payload, offset, length, 0x28, 0xB5, 0x2F, 0xFD) ? ZSTD : null;
      case 0x04 -> startsWith(payload, offset, length, 0x04, 0x22, 0x4D, 0x18) ? LZ4 : null;
      case 0xDE, 0xDF -> MSGPACK;
      case 0xDC, 0xDD -> MSGPACK_BATCH;
      default -> isFixed(first, 0x80) ? MSGPACK : isFixed(first, 0x90) ? MSGPACK_BATCH : null;
    };
  }

  private static boolean isJsonSpace(byte b) {
    return b == ' ' || b == '\t' || b == '\n' || b == '\r';
  }

  /** Whether it says the number of members or elements in its last four bits. */
  private static boolean isFixed(int first, int kind) {
    return (first & 0xF0) == kind;
  }

  private static boolean startsWith(byte[] payload, int offset, int length, int... magic) {
    if (length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((payload[offset + i] & 0xFF) != magic[i]) {
        return false;
      }
    }
    return true;
  }
}
