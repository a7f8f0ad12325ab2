package dev.tern.protocol.envelope;

import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.WireError;
import dev.tern.protocol.envelope.Envelope.Found;
import dev.tern.protocol.value.OverLimit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What makes members a request, in which dialect, and what is wrong with those that make none. */
final class RequestRules {
  private final Limits limits;

  RequestRules(Limits limits) {
    this.limits = limits;
  }

  Message read(Envelope e) {
    Dialect dialect = dialect(e);
    WireError problem = problem(e, dialect);
    if (problem != null) {
      return malformed(e, dialect, problem);
    }
    return new Message.Request(
        e.format(dialect),
        e.id,
        Objects.requireNonNull(e.method),
        e.found(Envelope.PARAMS) == Found.SOUND ? e.params() : null,
        e.metaReader.toMeta());
  }

  private static Dialect dialect(Envelope e) {
    if (e.has(Envelope.JSONRPC)) {
      return Dialect.JSONRPC;
    }
    return e.found(Envelope.META) == Found.SOUND || e.found(Envelope.META) == Found.WRONG
        ? Dialect.V1
        : Dialect.BARE;
  }

  /** The first thing that is wrong with it, or null: first the envelope, then meta, then params. */
  private @Nullable WireError problem(Envelope e, Dialect dialect) {
    OverLimit over = e.overLimit();
    if (over != null && over.isTooDeep()) {
      return WireError.of(ErrorCode.PARSE_ERROR, over.message(limits));
    }
    if (e.found(Envelope.ID) == Found.WRONG) {
      return badRequest("id (expected: " + Text.idRule(limits) + ")");
    }
    if (e.found(Envelope.ID) == Found.NULL && dialect == Dialect.V1) {
      return badRequest("id: null (expected: " + Text.idRule(limits) + ", or none)");
    }
    if (e.found(Envelope.JSONRPC) == Found.WRONG) {
      return badRequest("jsonrpc (expected: \"2.0\")");
    }
    if (e.found(Envelope.METHOD) != Found.SOUND) {
      String what = !e.has(Envelope.METHOD) ? "method: missing" : "method";
      return badRequest(what + " (expected: " + Text.methodRule(limits) + ")");
    }
    if (e.has(Envelope.RESULT) || e.found(Envelope.ERROR) == Found.SOUND || e.has(Envelope.OK)) {
      return badRequest("method beside result, error or ok (expected: a request or a response)");
    }
    WireError metaProblem = metaProblem(e);
    return metaProblem != null ? metaProblem : paramsProblem(e);
  }

  private static @Nullable WireError metaProblem(Envelope e) {
    if (e.found(Envelope.META) == Found.WRONG) {
      return badRequest("meta (expected: an object)");
    }
    if (e.metaReader.otherVersion()) {
      return WireError.of(ErrorCode.UNSUPPORTED, "meta.v (expected: 1)")
          .withDetails(Details.VERSIONS);
    }
    String problem = e.metaReader.problem();
    return problem == null ? null : badRequest(problem);
  }

  private @Nullable WireError paramsProblem(Envelope e) {
    OverLimit over = e.overLimit();
    if (over != null) {
      String message = over.message(limits);
      String path = e.pathInParams(over);
      return path == null ? badRequest(message) : invalidParams(message, path);
    }
    return e.found(Envelope.PARAMS) == Found.WRONG
        ? invalidParams("params (expected: an object or an array)", "")
        : null;
  }

  private static Message malformed(Envelope e, Dialect dialect, WireError problem) {
    boolean notification =
        !e.has(Envelope.ID) && dialect != Dialect.BARE && e.found(Envelope.METHOD) == Found.SOUND;
    Id echo = e.id;
    if (dialect == Dialect.V1 && e.found(Envelope.ID) == Found.NULL) {
      echo = null;
    } else if (dialect == Dialect.BARE && !e.has(Envelope.ID)) {
      echo = Id.Null.NULL;
    }
    return new Message.Malformed(e.format(dialect), echo, false, !notification, problem);
  }

  private static WireError badRequest(String message) {
    return WireError.of(ErrorCode.BAD_REQUEST, message);
  }

  private static WireError invalidParams(String message, String path) {
    return WireError.of(ErrorCode.INVALID_PARAMS, message).withDetails(Details.path(path));
  }
}
