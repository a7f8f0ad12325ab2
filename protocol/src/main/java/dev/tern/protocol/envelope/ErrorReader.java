package dev.tern.protocol.envelope;

import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Limits;
import dev.tern.protocol.WireError;
import dev.tern.protocol.json.JsonCursor;
import dev.tern.protocol.value.IntegerKind;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.ValueKind;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads the {@code error} of a response, out of text that was validated. Not thread-safe. */
final class ErrorReader {
  private static final byte[] NOTHING = {};

  /** The code of a foreign error whose number names nothing that we know. */
  private static final String FOREIGN_CODE = "ERROR";

  /** A code is a name: nobody needs a longer one. */
  private static final int MAX_CODE_CHARS = 128;

  private static final Names KEYS = Names.of("code", "message", "details", "executed", "data");

  private final JsonCursor cursor;

  ErrorReader(Limits limits) {
    cursor = new JsonCursor(limits);
  }

  // Of the error that is being read.
  private @Nullable String code;
  private @Nullable String message;
  private @Nullable Executed executed;
  private byte @Nullable [] details;
  private boolean sound;
  private long number;
  private boolean numbered;
  private int dataStart;
  private int dataEnd;

  /** Lets go of the text that was read. */
  void release() {
    cursor.reset(NOTHING, 0, 0);
  }

  /** The error in v1's shape; null if it has not that shape. */
  @Nullable WireError readV1(byte[] b, int start, int end) {
    members(b, start, end);
    if (!sound || code == null) {
      return null;
    }
    return new WireError(
        code,
        ErrorCode.numberOf(code),
        message == null ? "" : message,
        details,
        executed == null ? Executed.MAYBE : executed);
  }

  /** The error in JSON-RPC's shape, which is the bare one too; null if it has not that shape. */
  @Nullable WireError readNumbered(byte[] b, int start, int end) {
    members(b, start, end);
    if (!sound || !numbered) {
      return null;
    }
    int known = (int) number;
    String text = message == null ? "" : message;
    code = null;
    executed = null;
    details = null;
    if (dataStart < dataEnd) {
      data(b);
    }
    ErrorCode ours = ErrorCode.ofNumber(known);
    String name = code;
    if (name == null) {
      name = ours == null ? FOREIGN_CODE : ours.name();
    }
    return new WireError(name, known, text, details, executed == null ? verdictOf(ours) : executed);
  }

  /** What the number alone says: a foreign server refused these before it ran anything. */
  private static Executed verdictOf(@Nullable ErrorCode code) {
    return switch (code) {
      case PARSE_ERROR, BAD_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS -> Executed.NO;
      case null, default -> Executed.MAYBE;
    };
  }

  /** Takes our own members out of {@code data}, or all of it if a stranger filled it. */
  private void data(byte[] b) {
    int start = dataStart;
    int end = dataEnd;
    members(b, start, end);
    if (code == null && executed == null) {
      details = Arrays.copyOfRange(b, start, end);
    }
  }

  private void members(byte[] b, int start, int end) {
    code = null;
    message = null;
    executed = null;
    details = null;
    numbered = false;
    sound = true;
    dataStart = 0;
    dataEnd = 0;
    cursor.resetTrusted(b, start, end - start);
    if (cursor.peek() != ValueKind.OBJECT) {
      sound = false;
      return;
    }
    cursor.beginObject();
    while (cursor.nextName()) {
      int key = cursor.nameIn(KEYS);
      ValueKind kind = cursor.peek();
      if (key < 0 || kind == ValueKind.NULL) {
        cursor.skipValue();
        continue;
      }
      switch (key) {
        case 0 -> code(kind);
        case 1 -> message(kind);
        case 2 -> details(b, kind);
        case 3 -> executed(kind);
        default -> {
          cursor.skipValue();
          dataStart = cursor.valueStart();
          dataEnd = cursor.valueEnd();
        }
      }
    }
  }

  private void code(ValueKind kind) {
    if (kind == ValueKind.STRING) {
      String text = cursor.readString();
      code = Text.isVisibleAscii(text, MAX_CODE_CHARS) ? text : null;
    } else if (kind == ValueKind.NUMBER) {
      boolean signed = cursor.readInteger() == IntegerKind.SIGNED;
      number = cursor.integerBits();
      numbered = signed && number == (int) number;
    } else {
      cursor.skipValue();
    }
  }

  private void message(ValueKind kind) {
    if (kind == ValueKind.STRING) {
      message = cursor.readString();
    } else {
      cursor.skipValue();
      sound = false;
    }
  }

  private void details(byte[] b, ValueKind kind) {
    cursor.skipValue();
    int start = cursor.valueStart();
    int end = cursor.valueEnd();
    if (kind != ValueKind.OBJECT) {
      sound = false;
    } else if (end - start > 2) {
      details = Arrays.copyOfRange(b, start, end);
    }
  }

  /** An odd verdict promises nothing, but it is one: the error is no stranger's. */
  private void executed(ValueKind kind) {
    if (kind == ValueKind.STRING) {
      executed = Executed.ofWire(cursor.readString());
    } else {
      cursor.skipValue();
      executed = Executed.MAYBE;
    }
  }
}
