package dev.tern.cli.message;

import static dev.tern.protocol.Limits.MAX_FRAME_BYTES;
import static dev.tern.protocol.Limits.PREFIX_BYTES;

import dev.tern.protocol.frame.PayloadKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cuts captured bytes into frames, or takes them for the payload of one. */
final class Frames {
  private Frames() {}

  /**
   * One frame, or what is left of one.
   *
   * @param headline what it is, in a few words, but for its encoding
   * @param payload null if it is not whole
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
  record Piece(String headline, byte @Nullable [] payload) {}

  /** All of them; what comes after one that is not whole is none. */
  static List<Piece> of(byte[] bytes) {
    if (!isFramed(bytes)) {
      return List.of(new Piece("payload of " + bytes.length + " bytes", bytes));
    }
    List<Piece> pieces = new ArrayList<>();
    int at = 0;
    while (at < bytes.length) {
      Piece piece = at(bytes, at);
      pieces.add(piece);
      if (piece.payload() == null) {
        break;
      }
      at += PREFIX_BYTES + piece.payload().length;
    }
    return pieces;
  }

  /**
   * The first byte of a length is never that of a message; it may be that of something compressed,
   * which counts as that unless the length fits.
   */
  private static boolean isFramed(byte[] bytes) {
    boolean isLength = bytes.length > 0 && (bytes[0] & 0xFF) <= MAX_FRAME_BYTES >>> 24;
    if (!isLength || PayloadKind.of(bytes, 0, bytes.length) == null) {
      return isLength;
    }
    return length(bytes, 0) <= bytes.length - PREFIX_BYTES;
  }

  private static long length(byte[] bytes, int at) {
    return Integer.toUnsignedLong(ByteBuffer.wrap(bytes, at, PREFIX_BYTES).getInt());
  }

  private static Piece at(byte[] bytes, int at) {
    int left = bytes.length - at - PREFIX_BYTES;
    if (left < 0) {
      return new Piece(
          "byte %d: a frame's length that is cut off after %d of %d bytes"
              .formatted(at, bytes.length - at, PREFIX_BYTES),
          null);
    }
    long length = length(bytes, at);
    if (length == 0 || length > MAX_FRAME_BYTES) {
      return new Piece(
          "byte %d: frame length: %d (expected: 1 to %d); nothing behind it can be told apart"
              .formatted(at, length, MAX_FRAME_BYTES),
          null);
    }
    if (length > left) {
      return new Piece(
          "byte %d: frame of %d bytes that is cut off after %d of them".formatted(at, length, left),
          null);
    }
    int start = at + PREFIX_BYTES;
    byte[] payload = Arrays.copyOfRange(bytes, start, start + (int) length);
    return new Piece("frame of " + length + " bytes", payload);
  }
}
