package dev.tern.cli.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.json.JsonReader;
import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;

/**
 * Spreads a validated value over lines, as JSON. Numbers and strings of JSON stay as they were
 * written, except that control characters become escapes, which mean the same and do a terminal no
 * harm.
 */
public final class PrettyJson {
  private static final String INDENT = "  ";
  private static final Names NO_NAMES = Names.of();

  private final ValueReader in;
  private final StringBuilder out = new StringBuilder();

  private PrettyJson(ValueReader in) {
    this.in = in;
  }

  /** Prints a result: for a person over lines, for a program byte for byte. */
  public static void print(byte[] json, Terminal terminal) {
    if (terminal.isInteractive()) {
      terminal.out().println(of(json));
    } else {
      terminal.out().writeBytes(json);
      terminal.out().println();
    }
  }

  /** JSON over lines, for a person. */
  public static String of(byte[] json) {
    return of(new JsonReader(Bytes.of(json)));
  }

  /** The value that comes next, over lines, for a person. */
  public static String of(ValueReader in) {
    PrettyJson pretty = new PrettyJson(in);
    pretty.value("\n");
    return pretty.out.toString();
  }

  /**
   * @param newline the line break with the indentation of this value
   */
  private void value(String newline) {
    switch (in.peek()) {
      case OBJECT -> object(newline);
      case ARRAY -> array(newline);
      case STRING, NUMBER, BOOLEAN, NULL, BINARY -> put(JsonEncoding.read(in));
    }
  }

  private void object(String newline) {
    in.beginObject();
    out.append('{');
    boolean any = false;
    while (in.nextMember(NO_NAMES, 0) != ValueReader.END) {
      out.append(any ? "," : "").append(newline).append(INDENT);
      any = true;
      put(new JsonWriter().value(in.name()).takeBytes());
      out.append(": ");
      value(newline + INDENT);
    }
    out.append(any ? newline : "").append('}');
  }

  /** On one line if it holds nothing but scalars. */
  private void array(String newline) {
    boolean flat = isFlat();
    in.beginArray();
    out.append('[');
    boolean any = false;
    while (in.nextElement()) {
      out.append(any ? "," : "");
      if (flat) {
        out.append(any ? " " : "");
      } else {
        out.append(newline).append(INDENT);
      }
      any = true;
      value(newline + INDENT);
    }
    out.append(any && !flat ? newline : "").append(']');
  }

  private boolean isFlat() {
    ValueReader ahead = in.copy();
    ahead.beginArray();
    while (ahead.nextElement()) {
      ValueKind kind = ahead.peek();
      if (kind == ValueKind.OBJECT || kind == ValueKind.ARRAY) {
        return false;
      }
      ahead.skipValue();
    }
    return true;
  }

  private void put(Bytes json) {
    out.append(Printable.text(new String(json.toByteArray(), UTF_8)));
  }
}
