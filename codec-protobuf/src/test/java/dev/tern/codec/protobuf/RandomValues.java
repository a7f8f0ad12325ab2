package dev.tern.codec.protobuf;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Values made at random, as a {@link Tree}. */
final class RandomValues {
  private static final int[] CHARACTERS = {'a', '"', '\\', '?', 0, '\n', 0xE9, 0x20AC, 0x1F600};

  private final Random random;

  RandomValues(Random random) {
    this.random = random;
  }

  Object next() {
    return next(5);
  }

  private Object next(int depth) {
    return switch (random.nextInt(depth > 0 ? 12 : 9)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2, 3 -> integer();
      case 4 -> random.nextBoolean() ? nextDouble() : (Object) nextFloat();
      case 5 -> bytes();
      case 6, 7, 8 -> text();
      case 9, 10 -> {
        Map<String, Object> members = new LinkedHashMap<>();
        for (int i = size(); i > 0; i--) {
          members.put(text(40), next(depth - 1)); // with all escapes no longer than JSON's may be
        }
        yield members;
      }
      default -> {
        List<Object> elements = new ArrayList<>();
        for (int i = size(); i > 0; i--) {
          elements.add(next(depth - 1));
        }
        yield elements;
      }
    };
  }

  /** Mostly small, now and then so many that a length needs another byte. */
  private int size() {
    return random.nextInt(20) == 0 ? random.nextInt(40) : random.nextInt(5);
  }

  private Number integer() {
    long bits = random.nextLong() >>> random.nextInt(64);
    if (random.nextInt(4) == 0) {
      bits = (1L << random.nextInt(64)) + random.nextInt(3) - 1; // about the bounds of varints
    }
    if (random.nextInt(3) == 0) {
      return -bits;
    }
    return bits >= 0 || random.nextBoolean()
        ? (Number) bits
        : new BigInteger(Long.toUnsignedString(bits));
  }

  private double nextDouble() {
    double number = Double.longBitsToDouble(random.nextLong());
    return random.nextBoolean() || !Double.isFinite(number) ? random.nextInt(1000) / 10.0 : number;
  }

  private float nextFloat() {
    float number = Float.intBitsToFloat(random.nextInt());
    return random.nextBoolean() || !Float.isFinite(number) ? random.nextInt(1000) / 10f : number;
  }

  private byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(30) == 0 ? 120 + random.nextInt(20) : random.nextInt(9)];
    random.nextBytes(bytes);
    return bytes;
  }

  private String text() {
    return text(140);
  }

  private String text(int most) {
    int length = random.nextInt(random.nextInt(20) == 0 ? most : 9);
    boolean isAscii = random.nextInt(3) > 0;
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(
          isAscii ? 'a' + random.nextInt(26) : CHARACTERS[random.nextInt(CHARACTERS.length)]);
    }
    return text.toString();
  }
}
