package dev.tern.cli.call;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.cli.offer.JsonTree;
import dev.tern.cli.offer.Offer;
import dev.tern.cli.offer.Offer.OfferedMethod;
import dev.tern.cli.offer.Offer.Param;
import dev.tern.cli.terminal.Input;
import dev.tern.cli.terminal.Similar;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.json.JsonException;
import dev.tern.protocol.json.JsonReader;
import dev.tern.protocol.json.JsonValidator;
import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.value.ValueKind;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A call's params, made of what the command line says: strict JSON, or none at all. */
public final class CallParams {
  private static final String EXPECTED = "JSON, @file, - or name=value …";

  private static final String SUCH_AS = ", such as a=1 b=2 or '[1, 2]'";

  /** What an argument holds where its bytes were none in the locale's character set. */
  private static final char UNREADABLE = '\uFFFD';

  private final byte @Nullable [] encoded;
  private final List<Pair> pairs;

  private CallParams(byte @Nullable [] encoded, List<Pair> pairs) {
    this.encoded = encoded;
    this.pairs = pairs;
  }

  /**
   * What {@code name=value} says, or {@code name:=json}.
   *
   * @param text the value as it was written
   * @param isJson whether it stays JSON, whatever the method declares
   */
  private record Pair(String name, String text, boolean isJson) {}

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException if they are no such thing, saying where
   */
  static CallParams read(List<String> arguments, InputStream stdin) {
    arguments.forEach(CallParams::checkReadable);
    if (arguments.isEmpty()) {
      return new CallParams(null, List.of());
    }
    String first = arguments.getFirst();
    if (isPair(first)) {
      return ofPairs(arguments);
    }
    if (arguments.size() > 1) {
      throw new IllegalArgumentException(
          "params: "
              + arguments.size()
              + " arguments, the second is \""
              + arguments.get(1)
              + "\" (expected: one of "
              + EXPECTED
              + SUCH_AS
              + ")");
    }
    return new CallParams(ofOne(first, stdin), List.of());
  }

  private static byte @Nullable [] ofOne(String argument, InputStream stdin) {
    if (argument.startsWith("@")) {
      String name = argument.substring(1);
      return checked(Input.file(name, "params"), "params in " + name);
    }
    if (argument.equals("-")) {
      return checked(Input.all(stdin, "params"), "params from stdin");
    }
    String text = argument.strip();
    boolean isWord = text.isEmpty() || "{[\"".indexOf(text.charAt(0)) < 0;
    String what =
        isWord ? "params: \"" + argument + "\" (expected: " + EXPECTED + SUCH_AS + ")" : "params";
    return checked(argument.getBytes(UTF_8), what);
  }

  /** Encoded JSON, an object or an array; null for none. */
  byte @Nullable [] encoded() {
    return encoded;
  }

  /** Whether they were written by name, in a form that leaves open what is text. */
  boolean areNamed() {
    return !pairs.isEmpty();
  }

  /**
   * These params with text where a method declares text, and something else was read: {@code sku=5}
   * is 5 until then. Null if that makes no difference.
   */
  @Nullable CallParams asDeclared(Offer offer, String method) {
    OfferedMethod declared = offer.method(method);
    if (declared == null) {
      return null;
    }
    Set<String> texts =
        pairs.stream()
            .filter(pair -> isText(pair, offer.typesOf(offer.param(declared, pair.name()))))
            .map(Pair::name)
            .collect(Collectors.toSet());
    return texts.isEmpty() ? null : new CallParams(encode(pairs, texts), pairs);
  }

  /**
   * @param types what the method declares for it
   */
  private static boolean isText(Pair pair, Set<String> types) {
    if (pair.isJson()) {
      return false;
    }
    ValueKind kind = kindIfJson(pair.text());
    if (kind == null || !types.contains("string")) {
      return false; // it is text already, or nobody wants it to be
    }
    return switch (kind) {
      case NUMBER -> !types.contains("number") && !types.contains("integer");
      case STRING -> false;
      case BOOLEAN, NULL, OBJECT, ARRAY, BINARY ->
          !types.contains(kind.name().toLowerCase(Locale.ROOT));
    };
  }

  /**
   * A line about each name that a method does not declare; none if it does not say what it does.
   */
  List<String> strayNames(Offer offer, String method) {
    OfferedMethod declared = offer.method(method);
    List<Param> params = declared == null ? null : declared.named();
    if (params == null) {
      return List.of();
    }
    List<String> names = params.stream().map(Param::name).toList();
    String expected = names.isEmpty() ? "none" : "one of " + String.join(", ", names);
    return ownNames().stream()
        .filter(name -> !names.contains(name))
        .map(
            name ->
                "\"%s\" is no parameter of %s%s (expected: %s)"
                    .formatted(name, method, Similar.question(name, names), expected))
        .toList();
  }

  private List<String> ownNames() {
    if (pairs.isEmpty() && encoded != null && JsonTree.of(encoded) instanceof Map<?, ?> object) {
      return object.keySet().stream().map(String::valueOf).toList();
    }
    return pairs.stream().map(Pair::name).toList();
  }

  private static boolean isPair(String argument) {
    String text = argument.stripLeading();
    return text.indexOf('=') >= 0 && "{[\"-@".indexOf(text.charAt(0)) < 0;
  }

  private static void checkReadable(String argument) {
    if (argument.indexOf(UNREADABLE) >= 0) {
      throw new IllegalArgumentException(
          "params: not readable as "
              + System.getProperty("sun.jnu.encoding")
              + " (expected: a UTF-8 locale and UTF-8, or params from @file or -)");
    }
  }

  private static byte @Nullable [] checked(byte[] json, String what) {
    return switch (kindOf(json, what)) {
      case OBJECT, ARRAY -> json;
      case NULL -> null;
      case STRING, NUMBER, BOOLEAN, BINARY ->
          throw new IllegalArgumentException(
              what + ": neither an object nor an array (expected: " + EXPECTED + ")");
    };
  }

  /** The kind of what a server with the usual limits reads as params. */
  private static ValueKind kindOf(byte[] json, String what) {
    try {
      return new JsonReader(JsonValidator.readable(json, 1, Limits.DEFAULT)).peek();
    } catch (JsonException e) {
      throw new IllegalArgumentException(what + ": " + e.getMessage(), e);
    }
  }

  private static ValueKind validate(byte[] json) {
    new JsonValidator(Limits.DEFAULT).checkMessage(json, 0, json.length);
    return new JsonReader(Bytes.of(json)).peek();
  }

  /** What a text is as JSON; null if it is none. */
  public static @Nullable ValueKind kindIfJson(String text) {
    try {
      return validate(text.getBytes(UTF_8));
    } catch (JsonException _) {
      return null;
    }
  }

  private static CallParams ofPairs(List<String> arguments) {
    List<Pair> pairs = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (String argument : arguments) {
      Pair pair = pair(argument);
      if (!names.add(pair.name())) {
        throw new IllegalArgumentException(
            "params: " + pair.name() + " is there twice (expected: each name once)");
      }
      pairs.add(pair);
    }
    return new CallParams(encode(pairs, Set.of()), pairs);
  }

  private static Pair pair(String argument) {
    int equals = argument.indexOf('=');
    boolean isJson = equals > 1 && argument.charAt(equals - 1) == ':';
    if (equals < 1 || argument.startsWith(":=")) {
      throw new IllegalArgumentException(
          "params: \"" + argument + "\" (expected: name=value, as the first one)");
    }
    String name = argument.substring(0, isJson ? equals - 1 : equals);
    return new Pair(name, argument.substring(equals + 1), isJson);
  }

  /**
   * @param texts the names of those that are text, whatever they look like
   */
  private static byte[] encode(List<Pair> pairs, Set<String> texts) {
    JsonWriter out = new JsonWriter().beginObject();
    for (Pair pair : pairs) {
      out.name(pair.name());
      if (texts.contains(pair.name())) {
        out.value(pair.text());
      } else {
        value(pair, out);
      }
    }
    byte[] encoded = out.endObject().toByteArray();
    kindOf(encoded, "params"); // each value may be within the limits, and all of it not
    return encoded;
  }

  /** A text that begins like JSON with brackets or quotes is meant as such, mistakes and all. */
  private static void value(Pair pair, JsonWriter out) {
    String text = pair.text();
    byte[] bytes = text.getBytes(UTF_8);
    try {
      validate(bytes);
      out.rawValue(bytes);
    } catch (JsonException e) {
      if (pair.isJson() || (!text.isEmpty() && "{[\"".indexOf(text.charAt(0)) >= 0)) {
        throw new IllegalArgumentException("params: " + pair.name() + ": " + e.getMessage(), e);
      }
      out.value(text);
    }
  }
}
