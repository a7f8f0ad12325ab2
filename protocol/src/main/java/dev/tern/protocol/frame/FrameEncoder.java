package dev.tern.protocol.frame;

import static dev.tern.protocol.Limits.PREFIX_BYTES;

import dev.tern.protocol.Bytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;

/** Makes frames of payloads: the one place where something is put around a payload. */
public final class FrameEncoder {
  /** What stands before a payload. */
  static final VarHandle LENGTH =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private FrameEncoder() {}

  /**
   * Gives away the parts of a payload's frame, in order.
   *
   * <p>A payload that begins {@link dev.tern.protocol.Limits#PREFIX_BYTES} behind the start of its
   * array leaves room for the prefix, which is written there. A payload without that room gets a
   * prefix in an array of its own.
   *
   * @param payload 1 byte to {@link dev.tern.protocol.Limits#MAX_FRAME_BYTES}
   * @param out takes arrays that nobody changes any more
   * @return the length of the frame, prefix included
   */
  public static int encode(Bytes payload, Consumer<byte[]> out) {
    boolean hasRoom = payload.from() == PREFIX_BYTES;
    byte[] first = hasRoom ? payload.array() : new byte[PREFIX_BYTES];
    LENGTH.set(first, 0, payload.length());
    out.accept(hasRoom && payload.to() < first.length ? Arrays.copyOf(first, payload.to()) : first);
    for (Bytes part = hasRoom ? payload.next() : payload; part != null; part = part.next()) {
      out.accept(part.firstPart());
    }
    return PREFIX_BYTES + payload.length();
  }
}
