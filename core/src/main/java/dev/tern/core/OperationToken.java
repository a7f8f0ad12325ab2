package dev.tern.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.protocol.Limits;
import dev.tern.protocol.envelope.Text;
import dev.tern.protocol.json.JsonException;
import dev.tern.protocol.json.JsonReader;
import dev.tern.protocol.json.JsonValidator;
import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.value.IntegerKind;
import dev.tern.protocol.value.Name;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.ValueReader;
import java.util.Base64;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * What a client must keep to try an operation again, or to ask what became of it, after its own
 * restart. No time of day is in it, and no secret: the server checks who calls as ever.
 *
 * <pre>{@code
 * OperationToken token = client.operation(PAY);
 * file.write(token.toString());                                     // before anything is sent
 * client.call(PAY, payment, CallOptions.DEFAULT.withOperation(token));
 *
 * OperationToken token = OperationToken.parse(file.read());         // after a restart
 * client.call(PAY, payment, CallOptions.DEFAULT.withOperation(token));
 * }</pre>
 *
 * <p>Thread-safe. Immutable, but for what this process knows: whether the operation may have run.
 */
public final class OperationToken {
  private static final String PREFIX = "tern1.";

  /** All but the last one are texts. */
  private static final Names NAMES =
      Names.of("method", "key", "encoding", "caller", "dedup", "first_ms");

  private static final Name METHOD = NAMES.get(0);
  private static final Name KEY = NAMES.get(1);
  private static final Name ENCODING = NAMES.get(2);
  private static final Name CALLER = NAMES.get(3);
  private static final Name DEDUP = NAMES.get(4);
  private static final Name FIRST_MILLIS = NAMES.get(5);

  private final String method;
  private final String key;
  private final String encoding;
  private final String caller;
  private final String dedup;
  private final long firstMillis;
  private volatile boolean mayHaveRun;

  OperationToken(
      String method,
      String key,
      String encoding,
      String caller,
      String dedup,
      long firstMillis,
      boolean mayHaveRun) {
    this.method = method;
    this.key = key;
    this.encoding = encoding;
    this.caller = caller;
    this.dedup = dedup;
    this.firstMillis = firstMillis;
    this.mayHaveRun = mayHaveRun;
  }

  /**
   * A token that was kept as text. Its operation counts as one that may have run.
   *
   * @throws IllegalArgumentException if it is not what {@link #toString} gave
   */
  public static OperationToken parse(String text) {
    int dot = text.lastIndexOf('.');
    if (!text.startsWith(PREFIX)) {
      throw new IllegalArgumentException(
          "operation token: of no known kind (expected: one that begins with " + PREFIX + ")");
    }
    if (dot < PREFIX.length()) {
      throw new IllegalArgumentException(
          "operation token: cut off after %d characters (expected: the text as it was given, a dot and 8 hex digits last)"
              .formatted(text.length()));
    }
    String body = text.substring(PREFIX.length(), dot);
    if (!text.substring(dot + 1).equals(checksum(body))) {
      throw new IllegalArgumentException(
          "operation token: cut or changed (expected: the text as it was given)");
    }
    try {
      return read(Base64.getUrlDecoder().decode(body));
    } catch (JsonException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "operation token: not made by this version (expected: one of version 1)", e);
    }
  }

  private static OperationToken read(byte[] json) {
    @Nullable String[] texts = new @Nullable String[NAMES.size() - 1];
    long first = -1;
    ValueReader in = new JsonReader(JsonValidator.readable(json, 0, Limits.DEFAULT));
    in.beginObject();
    int index = 0;
    while ((index = in.nextMember(NAMES, index)) != ValueReader.END) {
      if (index == ValueReader.UNKNOWN) {
        throw new IllegalArgumentException(in.name());
      }
      if (index < texts.length) {
        texts[index] = in.readString();
      } else if (in.readInteger() == IntegerKind.SIGNED) {
        first = in.integerBits();
      }
      index++;
    }
    if (first < 0) {
      throw new IllegalArgumentException("first_ms " + first);
    }
    return new OperationToken(
        said(texts[0], METHOD),
        said(texts[1], KEY),
        said(texts[2], ENCODING),
        present(texts[3]),
        said(texts[4], DEDUP),
        first,
        true);
  }

  /** What a request may say under its name, too. */
  private static String said(@Nullable String text, Name name) {
    if (!Text.isKey(present(text), Limits.DEFAULT)) {
      throw new IllegalArgumentException(name + ": " + text);
    }
    return present(text);
  }

  private static String present(@Nullable String text) {
    if (text == null) {
      throw new IllegalArgumentException("a member is missing");
    }
    return text;
  }

  private static String checksum(String body) {
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(UTF_8));
    return "%08x".formatted(crc.getValue());
  }

  /** The method of the operation. */
  public String method() {
    return method;
  }

  /** Its key. */
  public String key() {
    return key;
  }

  /** In which encoding its params are: all attempts keep it. */
  public String encoding() {
    return encoding;
  }

  /** Who began it, as the server sees the caller; empty for one that is anonymous. */
  public String caller() {
    return caller;
  }

  /** The store that it began with. */
  public String dedup() {
    return dedup;
  }

  /** When it began, in milliseconds of that store's clock. */
  public long firstMillis() {
    return firstMillis;
  }

  /** Whether an attempt at it may have run, as far as is known here. */
  public boolean mayHaveRun() {
    return mayHaveRun;
  }

  void noteMayHaveRun() {
    mayHaveRun = true;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof OperationToken that && toString().equals(that.toString());
  }

  @Override
  public int hashCode() {
    return key.hashCode();
  }

  /** One word of visible ASCII, for {@link #parse}. */
  @Override
  public String toString() {
    JsonWriter out = new JsonWriter().beginObject();
    out.name(METHOD).value(method).name(KEY).value(key).name(ENCODING).value(encoding);
    out.name(CALLER).value(caller).name(DEDUP).value(dedup);
    out.name(FIRST_MILLIS).value(firstMillis).endObject();
    String body = Base64.getUrlEncoder().withoutPadding().encodeToString(out.toByteArray());
    return PREFIX + body + "." + checksum(body);
  }
}
