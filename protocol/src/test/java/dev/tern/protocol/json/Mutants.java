package dev.tern.protocol.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Texts that are nearly right. */
public final class Mutants {
  private static final byte[] SPICE =
      "{}[],:\"\\/ \n\t0123456789-+.eEtruefalsenullbd8DCu\0\u001f\u007f".getBytes(ISO_8859_1);

  private static final byte[] HIGH = {
    (byte) 0x80, (byte) 0xBF, (byte) 0xC0, (byte) 0xC2, (byte) 0xC3, (byte) 0xA9, (byte) 0xE0,
    (byte) 0xED, (byte) 0xA0, (byte) 0xEF, (byte) 0xF0, (byte) 0x9F, (byte) 0xF4, (byte) 0xFF
  };

  private final Random random;
  private final List<byte[]> seeds;

  public Mutants(Random random, List<byte[]> seeds) {
    this.random = random;
    this.seeds = seeds;
  }

  /** One of the seeds, changed in none to three places. */
  public byte[] next() {
    byte[] json = seeds.get(random.nextInt(seeds.size()));
    for (int n = random.nextInt(4); n > 0; n--) {
      json = mutate(json);
    }
    return json;
  }

  private byte[] mutate(byte[] json) {
    int at = random.nextInt(json.length + 1);
    int to = at + random.nextInt(Math.min(8, json.length - at + 1));
    return switch (random.nextInt(6)) {
      case 0 -> splice(json, at, to, new byte[0]);
      case 1 -> splice(json, at, at, new byte[] {SPICE[random.nextInt(SPICE.length)]});
      case 2 ->
          splice(json, at, Math.min(at + 1, json.length), new byte[] {(byte) random.nextInt(256)});
      case 3 -> splice(json, at, at, new byte[] {HIGH[random.nextInt(HIGH.length)]});
      case 4 -> splice(json, at, at, Arrays.copyOfRange(json, at, to));
      default -> {
        byte[] other = seeds.get(random.nextInt(seeds.size()));
        int from = random.nextInt(other.length + 1);
        int until = from + random.nextInt(Math.min(24, other.length - from + 1));
        yield splice(json, at, at, Arrays.copyOfRange(other, from, until));
      }
    };
  }

  private static byte[] splice(byte[] json, int at, int to, byte[] middle) {
    byte[] out = new byte[at + middle.length + json.length - to];
    System.arraycopy(json, 0, out, 0, at);
    System.arraycopy(middle, 0, out, at, middle.length);
    System.arraycopy(json, to, out, at + middle.length, json.length - to);
    return out;
  }
}
