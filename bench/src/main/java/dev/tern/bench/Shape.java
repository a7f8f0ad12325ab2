package dev.tern.bench;

import java.util.Locale;

/** The ways in which a client may write the call {@code add(1, 2)}, from the least to the most. */
public enum Shape {
  /** As Tern's client writes it: compact, nothing in {@code meta} but the timeout. */
  PLAIN,
  /** Likewise, with white space after each colon and comma, as Python's encoder writes it. */
  SPACED,
  /** With a {@code traceparent}. */
  TRACED,
  /** With a key of 36 characters and the number of the attempt. */
  KEYED,
  /** With a token of 43 characters. */
  TOKEN,
  /** With all of these and a token of 43 characters. */
  FULL;

  /** The token. */
  static final String BEARER = "dGhpcyBpcyBhIHRva2VuIG9mIDQzIGNoYXJhY3RlcnM";

  /**
   * The request's payload.
   *
   * @param number makes the key and the trace those of this call
   */
  String request(long id, long timeoutMillis, int number) {
    String text =
        "{\"id\":%d,\"method\":\"add\",\"params\":{\"a\":1,\"b\":2},\"meta\":{\"timeout_ms\":%d%s}}"
            .formatted(id, timeoutMillis, more(number));
    return this == SPACED ? text.replace(":", ": ").replace(",", ", ") : text;
  }

  private String more(int number) {
    return switch (this) {
      case PLAIN, SPACED -> "";
      case TRACED -> trace(number);
      case KEYED -> key(number);
      case TOKEN -> token();
      case FULL -> key(number) + token() + trace(number);
    };
  }

  private static String token() {
    return ",\"auth\":\"" + BEARER + "\"";
  }

  private static String key(int number) {
    String key = String.format(Locale.ROOT, "3f2b8c1e-%04x-4d6a-9b1f-5a7c2e8d0f61", number);
    return ",\"key\":\"" + key + "\",\"attempt\":1";
  }

  private static String trace(int number) {
    return String.format(
        Locale.ROOT,
        ",\"traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920%04x-01\"",
        number);
  }
}
