package dev.tern.cli.message;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Bytes written as hexadecimal digits: with white space anywhere between them, with commas, colons,
 * {@code 0x} or {@code \x}; or as the dumps of xxd, hexdump -C, od and Wireshark, whose lines begin
 * with an offset and may end with the characters.
 */
final class HexText {
  private static final int BYTES_A_LINE = 32;
  private static final HexFormat OUTPUT = HexFormat.ofDelimiter(" ").withUpperCase();

  private static final Pattern BETWEEN = Pattern.compile("0[xX]|\\\\x|[\\s,:]");
  private static final Pattern DIGITS = Pattern.compile("[0-9a-fA-F]*");

  /** Groups: the offset, a colon, the space behind it, the rest. */
  private static final Pattern LINE = Pattern.compile("\\s*([0-9a-fA-F]{4,8})(:?)(\\s*)(.*)");

  /** Bytes with one space between two groups of them; what comes after two is something else. */
  private static final Pattern BYTES =
      Pattern.compile("(?:[0-9a-fA-F]{2})+(?: (?:[0-9a-fA-F]{2})+)*");

  private HexText() {}

  /**
   * The bytes that a text says.
   *
   * @throws IllegalArgumentException if it says none, saying where
   */
  static byte[] read(String text) {
    List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
    byte[] dumped = dump(lines);
    return dumped == null ? plain(text) : dumped;
  }

  /** Whether it has nothing but digits, two for each byte, and what may stand between them. */
  static boolean isPlain(String text) {
    String digits = BETWEEN.matcher(text).replaceAll("");
    return !digits.isEmpty() && digits.length() % 2 == 0 && DIGITS.matcher(digits).matches();
  }

  private static byte[] plain(String text) {
    Matcher between = BETWEEN.matcher(text);
    StringBuilder digits = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      if (between.region(at, text.length()).lookingAt()) {
        at = between.end();
        continue;
      }
      if (Character.digit(text.charAt(at), 16) < 0) {
        throw new IllegalArgumentException(
            "hex: '%c' at character %d (expected: hexadecimal digits, or a dump with offsets)"
                .formatted(text.charAt(at), at));
      }
      digits.append(text.charAt(at++));
    }
    if (digits.length() % 2 != 0) {
      throw new IllegalArgumentException(
          "hex: " + digits.length() + " digits (expected: two for each byte)");
    }
    return HexFormat.of().parseHex(digits);
  }

  /** The bytes of a dump, whose offsets are those of its lines; null if it is none. */
  private static byte @Nullable [] dump(List<String> lines) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String line : lines) {
      Matcher parts = LINE.matcher(line);
      if (!parts.matches()
          || !isOffset(parts)
          || Integer.parseUnsignedInt(parts.group(1), 16) != out.size()) {
        return null;
      }
      Matcher bytes = BYTES.matcher(parts.group(4));
      if (bytes.lookingAt()) {
        String all = withoutCharacters(parts.group(4), bytes.group());
        out.writeBytes(HexFormat.of().parseHex(all.replace(" ", "")));
      }
    }
    return out.size() == 0 ? null : out.toByteArray();
  }

  /** Groups of digits might be bytes; an offset stands apart, or is of another length. */
  private static boolean isOffset(Matcher parts) {
    String group = parts.group(4).split(" ", 2)[0];
    int space = parts.group(3).length();
    return !parts.group(2).isEmpty()
        || space > 1
        || (space == 1 && group.length() != parts.group(1).length())
        || group.isEmpty();
  }

  /** hexdump -C has two spaces in the middle of a line, and bars around the characters. */
  private static String withoutCharacters(String rest, String first) {
    int bar = rest.indexOf("  |");
    String before = bar < 0 ? "" : rest.substring(0, bar);
    return bar >= 0 && isPlain(before) ? before : first;
  }

  /** Bytes as a person reads them, over lines. */
  static String write(byte[] bytes) {
    StringBuilder out = new StringBuilder();
    for (int at = 0; at < bytes.length; at += BYTES_A_LINE) {
      int end = Math.min(bytes.length, at + BYTES_A_LINE);
      out.append(at == 0 ? "" : "\n").append(OUTPUT.formatHex(bytes, at, end));
    }
    return out.toString();
  }
}
