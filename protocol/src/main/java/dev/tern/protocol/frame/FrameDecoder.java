package dev.tern.protocol.frame;

import static dev.tern.protocol.Limits.PREFIX_BYTES;

import java.util.Arrays;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a byte stream into frames: {@code length: 4 bytes, unsigned, big-endian | payload}.
 *
 * <p>Give it a chunk with {@link #feed}, then take frames with {@link #next} until it says false.
 * Whole frames are seen where they lie, without a copy; only what a chunk leaves over is kept, in a
 * buffer that grows by half as bytes arrive, or gets the whole frame's length at once when a fair
 * part of it has come and its owner grants that: never on the strength of a prefix alone. Between
 * frames it holds no memory. Of a frame over the limit, where the owner lives with such, it shows
 * the beginning and passes over the rest unread. Not thread-safe.
 */
public final class FrameDecoder {

  private static final int FIRST_BUFFER_BYTES = 512;
  private static final byte[] NOTHING = {};

  /** A frame gets all of its room when this part of it has come, if its owner has so much. */
  private static final int FAIR_PART = 64;

  private final int limit;
  private final int ceiling;
  private final IntPredicate room;

  private byte[] chunk = NOTHING;
  private int position;
  private int end;

  /** The unfinished frame, prefix included; null between frames. */
  private byte @Nullable [] partial;

  private int have;

  private byte[] payload = NOTHING;
  private int offset;
  private int length;
  private boolean owned;

  /** Of the frame seen last, the bytes behind its beginning that are still to come. */
  private int skipped;

  /**
   * A decoder before its first byte.
   *
   * @param limit the longest payload in bytes
   */
  public FrameDecoder(int limit) {
    this(limit, limit, _ -> false);
  }

  /**
   * A decoder that lives with frames over the limit: their first bytes, as many as the limit, are
   * the payload, and {@link #skipped} is more than 0.
   *
   * @param ceiling the longest payload that is passed over; not below the limit
   * @param room asked, each time the buffer is too short, for so many bytes more: room for all of a
   *     large frame spares the copies of a buffer that grows; if it says false it grows by half
   */
  public FrameDecoder(int limit, int ceiling, IntPredicate room) {
    this.limit = limit;
    this.ceiling = ceiling;
    this.room = room;
  }

  /** Adds bytes; what {@link #next} has not taken from the last chunk yet is forgotten. */
  public void feed(byte[] bytes, int from, int count) {
    chunk = bytes;
    position = from;
    end = from + count;
  }

  /**
   * Moves to the next whole frame; false if there is none, and then the chunk is no longer needed.
   *
   * @throws FramingException if the stream has lost its frames: nothing after this can be read
   */
  public boolean next() throws FramingException {
    payload = NOTHING;
    byte[] begun = partial;
    if (begun != null) {
      return finish(begun);
    }
    int passed = Math.min(skipped, end - position);
    skipped -= passed;
    position += passed;
    int available = end - position;
    if (available >= PREFIX_BYTES) {
      int announced = announced(chunk, position);
      int shown = Math.min(announced, limit);
      if (available - PREFIX_BYTES >= shown) {
        expose(chunk, position + PREFIX_BYTES, shown);
        owned = false;
        position += PREFIX_BYTES + shown;
        skipped = announced - shown;
        return true;
      }
    }
    if (available > 0) {
      begun = new byte[Math.max(FIRST_BUFFER_BYTES, available)];
      partial = begun;
      have = 0;
      take(begun, available);
    }
    chunk = NOTHING;
    return false;
  }

  /** Forgets all bytes: nothing more will be read. */
  public void release() {
    chunk = NOTHING;
    position = 0;
    end = 0;
    partial = null;
    payload = NOTHING;
    skipped = 0;
  }

  /** The buffer that holds the payload; valid until the next call. */
  public byte[] payload() {
    return payload;
  }

  /** Where the payload begins. */
  public int offset() {
    return offset;
  }

  /** How long the payload is, in bytes. */
  public int length() {
    return length;
  }

  /**
   * How many bytes of the frame seen last lie behind its payload and are passed over; 0 for a frame
   * within the limit. Valid until the next call.
   */
  public int skipped() {
    return skipped;
  }

  /** Whether a frame has begun and not ended. */
  public boolean isMidFrame() {
    return partial != null || skipped > 0;
  }

  /** The first bytes of an unfinished frame, its prefix included; at most so many. */
  public byte[] begun(int most) {
    byte[] begun = partial;
    return begun == null ? NOTHING : Arrays.copyOf(begun, Math.min(most, have));
  }

  /** Whether the buffer of an unfinished frame has its full length. */
  public boolean hasAllRoom() {
    byte[] begun = partial;
    return begun != null && begun.length - PREFIX_BYTES >= announced() && have >= PREFIX_BYTES;
  }

  /** How long the payload of an unfinished frame shall be; 0 as long as nobody knows. */
  public long announced() {
    byte[] begun = partial;
    return begun == null || have < PREFIX_BYTES
        ? 0
        : Integer.toUnsignedLong((int) FrameEncoder.LENGTH.get(begun, 0));
  }

  /** Memory held for an unfinished frame, in bytes. */
  public int heldBytes() {
    return partial == null ? 0 : partial.length;
  }

  private boolean finish(byte[] begun) throws FramingException {
    if (have < PREFIX_BYTES) {
      take(begun, Math.min(PREFIX_BYTES - have, end - position));
      if (have < PREFIX_BYTES) {
        chunk = NOTHING;
        return false;
      }
    }
    int announced = announced(begun, 0);
    int total = PREFIX_BYTES + Math.min(announced, limit);
    int more = Math.min(total - have, end - position);
    if (have + more > begun.length) {
      begun = Arrays.copyOf(begun, longer(begun.length, have + more, total));
      partial = begun;
    }
    take(begun, more);
    if (have < total) {
      chunk = NOTHING;
      return false;
    }
    partial = null;
    expose(begun, PREFIX_BYTES, total - PREFIX_BYTES);
    owned = true;
    skipped = announced - length;
    return true;
  }

  /** How long the buffer shall be that has become too short. */
  private int longer(int length, int needed, int total) {
    if (needed >= total || (total / FAIR_PART <= needed && room.test(total - length))) {
      return total;
    }
    // By half: many that grow at once must not hold twice what they held.
    int half = length + (length >> 1); // no frame is so long that it overflows
    return Math.min(total, Math.max(half, needed));
  }

  private void take(byte[] into, int count) {
    System.arraycopy(chunk, position, into, have, count);
    position += count;
    have += count;
  }

  /** Whether the payload's buffer is its own, and nobody writes to it any more. */
  public boolean ownsPayload() {
    return owned;
  }

  private void expose(byte[] buffer, int from, int count) {
    payload = buffer;
    offset = from;
    length = count;
  }

  private int announced(byte[] bytes, int at) throws FramingException {
    int announced = (int) FrameEncoder.LENGTH.get(bytes, at);
    if (announced == 0 || Integer.compareUnsigned(announced, ceiling) > 0) {
      throw new FramingException(Integer.toUnsignedLong(announced), ceiling);
    }
    return announced;
  }
}
