package dev.tern.testkit;

import java.io.ByteArrayOutputStream;

/**
 * Follows the frames of one direction of one connection, by the length before each, and loses or
 * repeats some of them whole. Bytes of a frame that is not lost pass as they come. For one thread.
 */
final class FrameFaults {
  /** A longer frame is not repeated: the copy is held until its end. */
  private static final int MAX_REPEATED_BYTES = 16 << 20;

  /** What happens to a frame. It is decided when its first byte comes. */
  enum Fate {
    PASSED,
    LOST,
    REPEATED
  }

  private final FaultLane lane;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** The frame so far, if it is to be repeated. */
  private final ByteArrayOutputStream copy = new ByteArrayOutputStream();

  private Fate fate = Fate.PASSED;

  /** How many bytes of its length have come; 0 between two frames. */
  private int prefixBytes;

  /** Its length, as far as it has come. */
  private long length;

  /** How many bytes of its payload are still to come. */
  private long left;

  FrameFaults(FaultLane lane) {
    this.lane = lane;
  }

  /** Takes bytes as they came; gives what is to be passed on of them, which may be nothing. */
  byte[] apply(byte[] bytes, int count) {
    out.reset();
    int at = 0;
    while (at < count) {
      int taken = prefixBytes < Integer.BYTES ? prefix(bytes[at]) : payload(count - at);
      take(bytes, at, taken);
      at += taken;
      if (prefixBytes == Integer.BYTES && left == 0) {
        end();
      }
    }
    return out.toByteArray();
  }

  private int prefix(byte next) {
    if (prefixBytes == 0) {
      fate = lane.nextFate();
      length = 0;
    }
    length = length << Byte.SIZE | Byte.toUnsignedInt(next);
    prefixBytes++;
    if (prefixBytes == Integer.BYTES) {
      left = length;
      if (fate == Fate.REPEATED && length > MAX_REPEATED_BYTES) {
        fate = Fate.PASSED;
        copy.reset();
      }
    }
    return 1;
  }

  private int payload(int available) {
    int taken = (int) Math.min(left, available);
    left -= taken;
    return taken;
  }

  private void take(byte[] bytes, int offset, int count) {
    if (fate != Fate.LOST) {
      out.write(bytes, offset, count);
    }
    if (fate == Fate.REPEATED) {
      copy.write(bytes, offset, count);
    }
  }

  private void end() {
    if (fate == Fate.REPEATED) {
      out.writeBytes(copy.toByteArray());
      copy.reset();
    }
    lane.ended(fate);
    prefixBytes = 0;
  }
}
