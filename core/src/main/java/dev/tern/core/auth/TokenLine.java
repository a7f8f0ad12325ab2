package dev.tern.core.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One token of a {@link TokenFile}: its hash, whose it is, and what it may call. Immutable. */
final class TokenLine {
  /** Groups: name, SHA-256, methods. No group can match what another one begins with. */
  private static final Pattern LINE =
      Pattern.compile("([\\w.@-]{1,64})[ \\t]+([0-9a-fA-F]{64})(?:[ \\t]+([!-~]{1,4096}))?");

  private static final Pattern METHODS = Pattern.compile("[!-)+-~&&[^,]]*\\*?");
  private static final String CALLER = "token:";

  /** Never used itself: to copy it costs a fraction of looking it up for each call. */
  private static final MessageDigest SHA_256 = sha256();

  private final byte[] hash;
  private final Identity identity;

  private TokenLine(byte[] hash, Identity identity) {
    this.hash = hash;
    this.identity = identity;
  }

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException if it is none; the message does not repeat it, as it may be a
   *     token that somebody has put there by mistake
   */
  static TokenLine parse(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          line.length()
              + " characters (expected: NAME SHA256 [METHOD,...]: 1 to 64 letters, digits or"
              + " _ . @ -, 64 hexadecimal digits, and the methods that it may call)");
    }
    byte[] hash = HexFormat.of().parseHex(matcher.group(2));
    String name = CALLER + matcher.group(1);
    String methods = matcher.group(3);
    return new TokenLine(
        hash, methods == null ? Identity.of(name) : ofSome(name, List.of(methods.split(",", -1))));
  }

  private static Identity ofSome(String name, List<String> patterns) {
    for (String pattern : patterns) {
      if (pattern.isEmpty() || !METHODS.matcher(pattern).matches()) {
        throw new IllegalArgumentException(
            "methods of "
                + name
                + " (expected: names between commas, a * only at the end of one for all that begin"
                + " like that)");
      }
    }
    return Identity.of(name, method -> patterns.stream().anyMatch(p -> matches(p, method)));
  }

  private static boolean matches(String pattern, String method) {
    return pattern.endsWith("*")
        ? method.startsWith(pattern.substring(0, pattern.length() - 1))
        : method.equals(pattern);
  }

  /**
   * The line of a token.
   *
   * @throws IllegalArgumentException if it would be none
   */
  static String of(String name, String token, List<String> methods) {
    String line = name + " " + HexFormat.of().formatHex(hashOf(token));
    String whole = methods.isEmpty() ? line : line + " " + String.join(",", methods);
    var _ = parse(whole);
    return whole;
  }

  static byte[] hashOf(String token) {
    return copy().digest(token.getBytes(UTF_8));
  }

  private static MessageDigest copy() {
    try {
      return (MessageDigest) SHA_256.clone();
    } catch (CloneNotSupportedException e) { // the JDK's own can, another provider's perhaps not
      return sha256();
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** Whether it has this hash; takes as long whether it has or not. */
  boolean has(byte[] other) {
    return MessageDigest.isEqual(hash, other);
  }

  /** Whether it is of the same token. */
  boolean isOfSameToken(TokenLine other) {
    return has(other.hash);
  }

  Identity identity() {
    return identity;
  }
}
