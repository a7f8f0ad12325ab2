package dev.tern.protocol.envelope;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.WireError;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.IntegerKind;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.Transcode;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads the {@code error} of a response that was validated. Used once. */
final class ErrorReader {
  /** The code of a foreign error whose number names nothing that we know. */
  private static final String FOREIGN_CODE = "ERROR";

  /** A code is a name: nobody needs a longer one. */
  private static final int MAX_CODE_CHARS = 128;

  private static final String EMPTY_OBJECT = "{}";

  private static final Names KEYS = Names.of("code", "message", "details", "executed", "data");

  private final Encoding encoding;

  ErrorReader(Encoding encoding) {
    this.encoding = encoding;
  }

  private @Nullable String code;
  private @Nullable String message;
  private @Nullable Executed executed;
  private byte @Nullable [] details;
  private boolean sound;
  private long number;
  private boolean numbered;
  private @Nullable Bytes data;

  /** The error in v1's shape; null if it has not that shape. */
  @Nullable WireError readV1(Bytes error) {
    members(error);
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
  @Nullable WireError readNumbered(Bytes error) {
    members(error);
    if (!sound || !numbered) {
      return null;
    }
    int known = (int) number;
    String text = message == null ? "" : message;
    code = null;
    executed = null;
    details = null;
    if (data != null) {
      ofData(data);
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
  private void ofData(Bytes all) {
    members(all);
    if (code == null && executed == null) {
      details = json(all);
    }
  }

  private void members(Bytes value) {
    code = null;
    message = null;
    executed = null;
    details = null;
    numbered = false;
    sound = true;
    data = null;
    ValueReader in = encoding.reader(value, null);
    if (in.peek() != ValueKind.OBJECT) {
      sound = false;
      return;
    }
    in.beginObject();
    int key = 0;
    while ((key = in.nextMember(KEYS, key)) != ValueReader.END) {
      ValueKind kind = in.peek();
      if (key < 0 || kind == ValueKind.NULL) {
        in.skipValue();
      } else {
        member(in, key, kind);
      }
      key++;
    }
  }

  private void member(ValueReader in, int key, ValueKind kind) {
    switch (key) {
      case 0 -> code(in, kind);
      case 1 -> message(in, kind);
      case 2 -> details(in, kind);
      case 3 -> executed(in, kind);
      default -> data = in.readEncoded();
    }
  }

  /** Details are JSON, in whatever encoding they came. */
  private byte[] json(Bytes value) {
    if (encoding == JsonEncoding.JSON) {
      return Arrays.copyOfRange(value.array(), value.from(), value.to());
    }
    JsonWriter out = new JsonWriter(value.length());
    Transcode.copy(encoding.reader(value, null), out);
    return out.toByteArray();
  }

  private void code(ValueReader in, ValueKind kind) {
    if (kind == ValueKind.STRING) {
      String text = in.readString();
      code = Text.isVisibleAscii(text, MAX_CODE_CHARS) ? text : null;
    } else if (kind == ValueKind.NUMBER) {
      boolean signed = in.readInteger() == IntegerKind.SIGNED;
      number = in.integerBits();
      numbered = signed && number == (int) number;
    } else {
      in.skipValue();
    }
  }

  private void message(ValueReader in, ValueKind kind) {
    if (kind == ValueKind.STRING) {
      message = in.readString();
    } else {
      in.skipValue();
      sound = false;
    }
  }

  private void details(ValueReader in, ValueKind kind) {
    if (kind != ValueKind.OBJECT) {
      in.skipValue();
      sound = false;
      return;
    }
    byte[] found = json(in.readEncoded());
    if (found.length > EMPTY_OBJECT.length()) {
      details = found;
    }
  }

  /** An odd verdict promises nothing, but it is one: the error is no stranger's. */
  private void executed(ValueReader in, ValueKind kind) {
    if (kind == ValueKind.STRING) {
      executed = Executed.ofWire(in.readString());
    } else {
      in.skipValue();
      executed = Executed.MAYBE;
    }
  }
}
