package dev.tern.fuzz;

import static dev.tern.fuzz.Oracle.require;

import dev.tern.protocol.frame.FrameDecoder;
import dev.tern.protocol.frame.FramingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Frames are the same whichever way their bytes arrive, and nothing is held without bytes. */
public final class FrameTarget {
  private static final int LIMIT = 64;
  private static final int CEILING = 100;
  private static final int CHUNK = 9;

  /** What a decoder may hold besides the bytes that it was given: a first buffer, and a half. */
  private static final int SPARE_BYTES = 1_024;

  private FrameTarget() {}

  /** One run of the fuzzer. */
  public static void fuzzerTestOneInput(byte[] data) {
    Input input = new Input(data);
    boolean skips = input.choice(2) == 1;
    boolean grants = input.choice(2) == 1;
    List<Integer> chunks = new ArrayList<>();
    for (int i = input.choice(CHUNK); i > 0; i--) {
      chunks.add(1 + input.choice(CHUNK));
    }
    byte[] stream = input.rest();
    List<String> whole = read(stream, List.of(Math.max(1, stream.length)), skips, grants);
    List<String> parts = read(stream, chunks.isEmpty() ? List.of(1) : chunks, skips, grants);
    require(whole.equals(parts), whole + " whole, but in parts " + parts);
  }

  /** The frames of a stream that comes in chunks of these sizes, again and again. */
  private static List<String> read(
      byte[] stream, List<Integer> chunks, boolean skips, boolean grants) {
    FrameDecoder decoder = new FrameDecoder(LIMIT, skips ? CEILING : LIMIT, _ -> grants);
    List<String> seen = new ArrayList<>();
    int turn = 0;
    try {
      for (int from = 0; from < stream.length; turn++) {
        int count = Math.min(chunks.get(turn % chunks.size()), stream.length - from);
        decoder.feed(stream, from, count);
        from += count;
        while (decoder.next()) {
          int to = decoder.offset() + decoder.length();
          byte[] payload = Arrays.copyOfRange(decoder.payload(), decoder.offset(), to);
          require(payload.length > 0 && payload.length <= LIMIT, payload.length + " bytes");
          seen.add(decoder.skipped() + " skipped of " + Arrays.toString(payload));
        }
        require(
            decoder.heldBytes() <= SPARE_BYTES + (long) (grants ? CEILING : from),
            decoder.heldBytes() + " bytes held of " + from);
      }
    } catch (FramingException e) {
      seen.add("no frame: " + e.getMessage());
    }
    return seen;
  }
}
