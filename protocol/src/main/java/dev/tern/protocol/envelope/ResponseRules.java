package dev.tern.protocol.envelope;

import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Message;
import dev.tern.protocol.WireError;
import dev.tern.protocol.envelope.Envelope.Found;
import org.jspecify.annotations.Nullable;

/** What makes members a response, and what is wrong with those that make none. */
final class ResponseRules {
  private final Limits limits;

  /** Made when it is needed: servers read no errors, and have a scanner for each connection. */
  private @Nullable ErrorReader errors;

  ResponseRules(Limits limits) {
    this.limits = limits;
  }

  Message read(Envelope e) {
    Dialect dialect =
        e.has(Envelope.JSONRPC) ? Dialect.JSONRPC : e.has(Envelope.OK) ? Dialect.V1 : Dialect.BARE;
    Id echo = e.found(Envelope.ID) == Found.SOUND ? e.id : null;
    String problem = problem(e, dialect);
    if (problem != null) {
      return malformed(dialect, echo, problem);
    }
    WireError failure = null;
    if (e.found(Envelope.ERROR) == Found.SOUND) {
      failure = readError(e, dialect);
      if (failure == null) {
        String code = dialect == Dialect.V1 ? "a string" : "an integer";
        return malformed(dialect, echo, "error (expected: an object whose code is " + code + ")");
      }
    }
    return new Message.Response(
        echo, failure == null ? e.result() : null, failure, e.metaReader.toReplyMeta());
  }

  /** The first thing that is wrong with it, or null. */
  private @Nullable String problem(Envelope e, Dialect dialect) {
    if (e.found(Envelope.ID) == Found.WRONG) {
      return "id (expected: " + Text.idRule(limits) + ")";
    }
    if (e.found(Envelope.JSONRPC) == Found.WRONG) {
      return "jsonrpc (expected: \"2.0\")";
    }
    if (e.found(Envelope.OK) == Found.WRONG) {
      return "ok (expected: true or false)";
    }
    boolean hasResult = e.has(Envelope.RESULT);
    boolean hasError = e.found(Envelope.ERROR) == Found.SOUND;
    if (hasResult == hasError) {
      String what = hasResult ? "result and error" : "neither result nor error";
      return what + " (expected: exactly one)";
    }
    if (e.found(Envelope.OK) == Found.SOUND && e.isOk != hasResult) {
      return "ok: " + e.isOk + " beside " + (hasResult ? "result" : "error");
    }
    if (dialect == Dialect.V1) {
      if (e.found(Envelope.META) == Found.WRONG) {
        return "meta (expected: an object)";
      }
      String metaProblem = e.metaReader.responseProblem();
      if (metaProblem != null) {
        return metaProblem;
      }
    }
    int overLimit = e.overLimitAt();
    return overLimit < 0 ? null : e.overLimitMessage(overLimit);
  }

  private @Nullable WireError readError(Envelope e, Dialect dialect) {
    ErrorReader reader = errors;
    if (reader == null) {
      reader = new ErrorReader(limits);
      errors = reader;
    }
    try {
      return dialect == Dialect.V1
          ? reader.readV1(e.buf, e.errorStart, e.errorEnd)
          : reader.readNumbered(e.buf, e.errorStart, e.errorEnd);
    } finally {
      reader.release();
    }
  }

  /** The server did answer: nobody can tell what a malformed answer says about the operation. */
  private static Message malformed(Dialect dialect, @Nullable Id id, String problem) {
    WireError error = WireError.of(ErrorCode.BAD_REQUEST, problem, Executed.MAYBE);
    return new Message.Malformed(dialect, id, true, false, error);
  }
}
