package dev.tern.fuzz;

import dev.tern.protocol.frame.FrameDecoder;
import dev.tern.protocol.frame.FramingException;

/**
 * A bug that was planted, to see whether the fuzzer finds bugs: it lies behind a sound frame with
 * three certain bytes. Each of them is a step that coverage shows; chance would have to hit all of
 * them at once.
 */
public final class Planted {
  private static final int LIMIT = 64;

  private Planted() {}

  /** One run of the fuzzer. */
  public static void fuzzerTestOneInput(byte[] stream) {
    FrameDecoder decoder = new FrameDecoder(LIMIT);
    decoder.feed(stream, 0, stream.length);
    try {
      while (decoder.next()) {
        if (decoder.length() > 2) {
          look(decoder.payload(), decoder.offset());
        }
      }
    } catch (FramingException e) {
      return; // no frame, no bug
    }
  }

  private static void look(byte[] payload, int offset) {
    if (payload[offset] == 'p') {
      if (payload[offset + 1] == 'a') {
        if (payload[offset + 2] == 'y') {
          throw new AssertionError("the planted bug");
        }
      }
    }
  }
}
