package dev.tern.protocol;

import dev.tern.protocol.json.JsonCursor;
import dev.tern.protocol.json.JsonException;
import dev.tern.protocol.json.JsonKind;
import dev.tern.protocol.json.JsonNames;
import dev.tern.protocol.json.JsonPath;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads one message out of a payload that is a JSON object, in any of the three dialects: one pass
 * over the bytes, in which all of them are validated, whatever the order of the keys. Params,
 * result and error details are copied as they came, so that the payload's buffer may be used again.
 *
 * <p>Reusable; not thread-safe.
 */
public final class EnvelopeScanner {
  private static final String VERSION = "2.0";
  private static final JsonNames VERSIONS = JsonNames.of(VERSION);

  private static final JsonNames KEYS =
      JsonNames.of("id", "method", "params", "meta", "result", "error", "ok", "jsonrpc");

  /** What a member may be besides a value that is as it should be. */
  private enum Found {
    ABSENT,
    NULL,
    SOUND,
    WRONG
  }

  private final Limits limits;
  private final JsonNames methods;
  private final JsonCursor cursor;
  private final MetaReader metaReader;
  private @Nullable ErrorReader errorReader;

  // The message that is being read. Its slices lie in buf.
  private byte[] buf = {};
  private @Nullable Id id;
  private Found idFound = Found.ABSENT;
  private @Nullable String method;
  private Found methodFound = Found.ABSENT;
  private Found params = Found.ABSENT;
  private int paramsStart;
  private int paramsEnd;
  private Found meta = Found.ABSENT;
  private Found result = Found.ABSENT;
  private int resultStart;
  private int resultEnd;
  private Found error = Found.ABSENT;
  private int errorStart;
  private int errorEnd;
  private Found ok = Found.ABSENT;
  private boolean isOk;
  private Found version = Found.ABSENT;

  /**
   * A scanner.
   *
   * @param knownMethods names that are handed out as these very strings, without allocation
   * @throws IllegalArgumentException if one of them is no valid method name
   */
  public EnvelopeScanner(Limits limits, Collection<String> knownMethods) {
    this.limits = limits;
    for (String name : knownMethods) {
      if (!Text.isVisibleAscii(name, limits.methodBytes())) {
        throw new IllegalArgumentException("method: " + name + " (expected: " + methodRule() + ")");
      }
    }
    this.methods = JsonNames.of(List.copyOf(knownMethods));
    this.cursor = new JsonCursor(limits);
    this.metaReader = new MetaReader(limits);
  }

  /**
   * Reads the message in these bytes.
   *
   * @throws JsonException if they are not one strict JSON object: PARSE_ERROR, to nobody
   */
  public Message scan(byte[] payload, int off, int len) {
    clear(payload);
    cursor.reset(payload, off, len);
    if (cursor.peek() != JsonKind.OBJECT) {
      throw new JsonException(cursor.position() - off, "a value instead of an object");
    }
    cursor.beginObject();
    while (cursor.nextName()) {
      member(cursor.nameIn(KEYS));
    }
    cursor.expectEnd();
    boolean answers = result != Found.ABSENT || error != Found.ABSENT || ok != Found.ABSENT;
    return methodFound != Found.ABSENT || !answers ? request() : response();
  }

  private void clear(byte[] payload) {
    buf = payload;
    id = null;
    idFound = Found.ABSENT;
    method = null;
    methodFound = Found.ABSENT;
    params = Found.ABSENT;
    meta = Found.ABSENT;
    result = Found.ABSENT;
    error = Found.ABSENT;
    ok = Found.ABSENT;
    version = Found.ABSENT;
    metaReader.clear();
  }

  private void member(int key) {
    switch (key) {
      case 0 -> {
        id = IdReader.read(cursor, limits);
        idFound = id == null ? Found.WRONG : id == Id.Null.NULL ? Found.NULL : Found.SOUND;
      }
      case 1 -> method();
      case 2 -> params();
      case 3 -> meta();
      case 4 -> {
        cursor.skipValue();
        result = Found.SOUND;
        resultStart = cursor.valueStart();
        resultEnd = cursor.valueEnd();
      }
      case 5 -> {
        error = cursor.peek() == JsonKind.NULL ? Found.NULL : Found.SOUND;
        cursor.skipValue();
        errorStart = cursor.valueStart();
        errorEnd = cursor.valueEnd();
      }
      case 6 -> ok();
      case 7 -> version();
      default -> cursor.skipValue();
    }
  }

  private void method() {
    methodFound = Found.WRONG;
    if (cursor.peek() == JsonKind.STRING) {
      String name = cursor.readString(methods);
      if (Text.isVisibleAscii(name, limits.methodBytes())) {
        methodFound = Found.SOUND;
        method = name;
      }
    } else {
      cursor.skipValue();
    }
  }

  private void params() {
    params =
        switch (cursor.peek()) {
          case OBJECT, ARRAY -> Found.SOUND;
          case NULL -> Found.NULL;
          case STRING, NUMBER, BOOLEAN -> Found.WRONG;
        };
    cursor.skipValue();
    paramsStart = cursor.valueStart();
    paramsEnd = cursor.valueEnd();
  }

  private void meta() {
    switch (cursor.peek()) {
      case OBJECT -> {
        meta = Found.SOUND;
        metaReader.read(cursor);
      }
      case NULL -> {
        meta = Found.NULL;
        cursor.readNull();
      }
      case ARRAY, STRING, NUMBER, BOOLEAN -> {
        meta = Found.WRONG;
        cursor.skipValue();
      }
    }
  }

  private void ok() {
    if (cursor.peek() == JsonKind.BOOLEAN) {
      ok = Found.SOUND;
      isOk = cursor.readBoolean();
    } else {
      ok = Found.WRONG;
      cursor.skipValue();
    }
  }

  private void version() {
    version = Found.WRONG;
    if (cursor.peek() == JsonKind.STRING) {
      if (cursor.readString(VERSIONS).equals(VERSION)) {
        version = Found.SOUND;
      }
    } else {
      cursor.skipValue();
    }
  }

  // --- what it amounts to: a request ---

  private Message request() {
    Dialect dialect = requestDialect();
    WireError problem = requestProblem(dialect);
    if (problem != null) {
      return malformedRequest(dialect, problem);
    }
    return new Message.Request(
        dialect,
        id,
        Objects.requireNonNull(method),
        params == Found.SOUND ? Arrays.copyOfRange(buf, paramsStart, paramsEnd) : null,
        metaReader.toMeta());
  }

  private Dialect requestDialect() {
    if (version != Found.ABSENT) {
      return Dialect.JSONRPC;
    }
    return meta == Found.SOUND || meta == Found.WRONG ? Dialect.V1 : Dialect.BARE;
  }

  /** The first thing that is wrong with it, or null. */
  private @Nullable WireError requestProblem(Dialect dialect) {
    if (idFound == Found.WRONG) {
      return badRequest("id (expected: " + idRule() + ")");
    }
    if (idFound == Found.NULL && dialect == Dialect.V1) {
      return badRequest("id: null (expected: " + idRule() + ", or none)");
    }
    if (version == Found.WRONG) {
      return badRequest("jsonrpc (expected: \"2.0\")");
    }
    if (methodFound != Found.SOUND) {
      return badRequest(
          (methodFound == Found.ABSENT ? "method: missing" : "method")
              + " (expected: "
              + methodRule()
              + ")");
    }
    if (result != Found.ABSENT || error == Found.SOUND || ok != Found.ABSENT) {
      return badRequest("method beside result, error or ok (expected: a request or a response)");
    }
    if (meta == Found.WRONG) {
      return badRequest("meta (expected: an object)");
    }
    if (metaReader.otherVersion()) {
      return WireError.of(ErrorCode.UNSUPPORTED, "meta.v (expected: 1)")
          .withDetails(Details.versions());
    }
    String metaProblem = metaReader.problem();
    if (metaProblem != null) {
      return badRequest(metaProblem);
    }
    int overLimit = cursor.overLimitAt();
    if (overLimit >= 0) {
      return overLimitProblem(overLimit);
    }
    if (params == Found.WRONG) {
      return WireError.of(ErrorCode.INVALID_PARAMS, "params (expected: an object or an array)")
          .withDetails(Details.path(""));
    }
    return null;
  }

  private WireError overLimitProblem(int at) {
    String message = overLimitMessage(at);
    boolean inParams = params == Found.SOUND && at >= paramsStart && at < paramsEnd;
    if (!inParams) {
      return badRequest(message);
    }
    String path = JsonPath.of(buf, paramsStart, paramsEnd, at, limits);
    return WireError.of(ErrorCode.INVALID_PARAMS, message).withDetails(Details.path(path));
  }

  private String overLimitMessage(int at) {
    return buf[at] == '"'
        ? "a name that is too long (expected: at most " + limits.nameBytes() + " bytes)"
        : "a number that is too long (expected: at most " + limits.numberDigits() + " characters)";
  }

  private Message malformedRequest(Dialect dialect, WireError problem) {
    boolean notification =
        idFound == Found.ABSENT && dialect != Dialect.BARE && methodFound == Found.SOUND;
    Id echo = id;
    if (dialect == Dialect.V1 && idFound == Found.NULL) {
      echo = null;
    } else if (dialect == Dialect.BARE && idFound == Found.ABSENT) {
      echo = Id.Null.NULL;
    }
    return new Message.Malformed(dialect, echo, false, !notification, problem);
  }

  // --- a response ---

  private Message response() {
    Dialect dialect =
        version != Found.ABSENT ? Dialect.JSONRPC : ok != Found.ABSENT ? Dialect.V1 : Dialect.BARE;
    Id echo = idFound == Found.SOUND ? id : null;
    String problem = responseProblem(dialect);
    if (problem != null) {
      return malformedResponse(dialect, echo, problem);
    }
    WireError failure = null;
    if (error == Found.SOUND) {
      failure = readError(dialect);
      if (failure == null) {
        return malformedResponse(dialect, echo, "error (expected: code, message and the like)");
      }
    }
    return new Message.Response(
        echo,
        failure == null ? Arrays.copyOfRange(buf, resultStart, resultEnd) : null,
        failure,
        metaReader.replayed(),
        metaReader.queueMicros(),
        metaReader.handlerMicros());
  }

  /** The first thing that is wrong with it, or null. */
  private @Nullable String responseProblem(Dialect dialect) {
    if (idFound == Found.WRONG) {
      return "id (expected: " + idRule() + ")";
    }
    if (version == Found.WRONG) {
      return "jsonrpc (expected: \"2.0\")";
    }
    if (ok == Found.WRONG) {
      return "ok (expected: true or false)";
    }
    boolean hasResult = result != Found.ABSENT;
    boolean hasError = error == Found.SOUND;
    if (hasResult == hasError) {
      return (hasResult ? "result and error" : "neither result nor error")
          + " (expected: exactly one)";
    }
    if (ok == Found.SOUND && isOk != hasResult) {
      return "ok: " + isOk + " beside " + (hasResult ? "result" : "error");
    }
    if (dialect == Dialect.V1) {
      if (meta == Found.WRONG) {
        return "meta (expected: an object)";
      }
      String metaProblem = metaReader.responseProblem();
      if (metaProblem != null) {
        return metaProblem;
      }
    }
    int overLimit = cursor.overLimitAt();
    return overLimit < 0 ? null : overLimitMessage(overLimit);
  }

  private @Nullable WireError readError(Dialect dialect) {
    ErrorReader reader = errorReader;
    if (reader == null) {
      // Servers read no errors, so a connection that never sees one does not pay for it.
      reader = new ErrorReader(limits);
      errorReader = reader;
    }
    return dialect == Dialect.V1
        ? reader.readV1(buf, errorStart, errorEnd)
        : reader.readNumbered(buf, errorStart, errorEnd);
  }

  /** The server did answer: nobody can tell what a malformed answer says about the operation. */
  private static Message malformedResponse(Dialect dialect, @Nullable Id id, String problem) {
    WireError error = WireError.of(ErrorCode.BAD_REQUEST, problem, Executed.MAYBE);
    return new Message.Malformed(dialect, id, true, false, error);
  }

  // --- words ---

  private static WireError badRequest(String message) {
    return WireError.of(ErrorCode.BAD_REQUEST, message);
  }

  private String idRule() {
    return "a string of 1 to "
        + limits.idBytes()
        + " bytes without control characters, or a 64-bit integer";
  }

  private String methodRule() {
    return "1 to " + limits.methodBytes() + " visible ASCII characters";
  }
}
