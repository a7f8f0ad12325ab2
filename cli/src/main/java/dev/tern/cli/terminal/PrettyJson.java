package dev.tern.cli.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.protocol.Limits;
import dev.tern.protocol.json.JsonCursor;
import dev.tern.protocol.value.ValueKind;

/**
 * Spreads validated JSON over lines. Numbers and strings stay as they were written, except that
 * control characters become escapes, which mean the same and do a terminal no harm.
 */
public final class PrettyJson {
  private static final String INDENT = "  ";

  private final byte[] json;
  private final JsonCursor cursor = new JsonCursor(Limits.DEFAULT);
  private final StringBuilder out = new StringBuilder();

  private PrettyJson(byte[] json) {
    this.json = json;
    cursor.resetTrusted(json, 0, json.length);
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

  /** Over lines, for a person. */
  public static String of(byte[] json) {
    PrettyJson pretty = new PrettyJson(json);
    pretty.value("\n");
    return pretty.out.toString();
  }

  /**
   * @param newline the line break with the indentation of this value
   */
  private void value(String newline) {
    switch (cursor.peek()) {
      case OBJECT -> object(newline);
      case ARRAY -> array(newline);
      case STRING, NUMBER, BOOLEAN, NULL, BINARY -> {
        cursor.skipValue();
        out.append(slice(cursor.valueStart(), cursor.valueEnd()));
      }
    }
  }

  private void object(String newline) {
    cursor.beginObject();
    out.append('{');
    boolean any = false;
    while (cursor.nextName()) {
      out.append(any ? "," : "").append(newline).append(INDENT);
      any = true;
      out.append('"').append(slice(cursor.nameStart(), cursor.nameEnd())).append("\": ");
      value(newline + INDENT);
    }
    out.append(any ? newline : "").append('}');
  }

  /** On one line if it holds nothing but scalars. */
  private void array(String newline) {
    boolean flat = isFlat();
    cursor.beginArray();
    out.append('[');
    boolean any = false;
    while (cursor.nextElement()) {
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
    JsonCursor ahead = new JsonCursor(Limits.DEFAULT);
    ahead.resetTrusted(json, cursor.position(), json.length - cursor.position());
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

  private String slice(int start, int end) {
    return Printable.text(new String(json, start, end - start, UTF_8));
  }
}
