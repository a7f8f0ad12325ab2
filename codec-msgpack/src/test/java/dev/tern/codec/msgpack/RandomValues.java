package dev.tern.codec.msgpack;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Values made at random, as a {@link Tree}, and forms of them that are longer than they need be.
 */
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
          members.put(text(), next(depth - 1));
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

  /** Mostly small, now and then past what a first byte holds. */
  private int size() {
    return random.nextInt(20) == 0 ? random.nextInt(40) : random.nextInt(5);
  }

  private Number integer() {
    long bits = random.nextLong() >>> random.nextInt(64);
    if (random.nextInt(4) == 0) {
      bits = (1L << random.nextInt(64)) + random.nextInt(3) - 1; // about the bounds of the forms
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
    byte[] bytes = new byte[random.nextInt(30) == 0 ? 250 + random.nextInt(20) : random.nextInt(9)];
    random.nextBytes(bytes);
    return bytes;
  }

  private String text() {
    int length = random.nextInt(20) == 0 ? random.nextInt(64) : random.nextInt(9);
    boolean isAscii = random.nextInt(3) > 0;
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(
          isAscii ? 'a' + random.nextInt(26) : CHARACTERS[random.nextInt(CHARACTERS.length)]);
    }
    return text.toString();
  }

  /** Writes it in forms of which many are longer than they need be. */
  byte[] writeLoosely(Object tree) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writeLoosely(tree, out);
    return out.toByteArray();
  }

  private void writeLoosely(Object tree, ByteArrayOutputStream out) {
    switch (tree) {
      case Long number when number >= 0 -> {
        if (random.nextBoolean()) {
          out.writeBytes(ByteBuffer.allocate(9).put((byte) 0xCF).putLong(number).array());
        } else {
          out.writeBytes(ByteBuffer.allocate(9).put((byte) 0xD3).putLong(number).array());
        }
      }
      case String text when random.nextBoolean() -> {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        count(out, 0xDA, utf8.length);
        out.writeBytes(utf8);
      }
      case byte[] bytes when random.nextBoolean() -> {
        count(out, 0xC5, bytes.length);
        out.writeBytes(bytes);
      }
      case List<?> elements -> {
        count(out, 0xDC, elements.size());
        elements.forEach(element -> writeLoosely(element, out));
      }
      case Map<?, ?> members -> {
        count(out, 0xDE, members.size());
        members.forEach(
            (name, member) -> {
              writeLoosely(name, out);
              writeLoosely(member, out);
            });
      }
      case null -> out.writeBytes(Tree.write(null));
      default -> out.writeBytes(Tree.write(tree));
    }
  }

  private void count(ByteArrayOutputStream out, int first16, int count) {
    if (random.nextBoolean()) {
      out.writeBytes(ByteBuffer.allocate(3).put((byte) first16).putShort((short) count).array());
    } else {
      out.writeBytes(ByteBuffer.allocate(5).put((byte) (first16 + 1)).putInt(count).array());
    }
  }
}
