package dev.tern.protocol.envelope;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.ReplyMeta;
import dev.tern.protocol.WireError;
import dev.tern.protocol.envelope.Envelope.Found;
import dev.tern.protocol.value.OverLimit;
import org.jspecify.annotations.Nullable;

/** What makes members a response, and what is wrong with those that make none. */
final class ResponseRules {
  private final Limits limits;

  ResponseRules(Limits limits) {
    this.limits = limits;
  }

  Message read(Envelope e) {
    Dialect dialect =
        e.has(Envelope.JSONRPC) ? Dialect.JSONRPC : e.has(Envelope.OK) ? Dialect.V1 : Dialect.BARE;
    Id echo = e.found(Envelope.ID) == Found.SOUND ? e.id : null;
    String problem = problem(e);
    if (problem != null) {
      return malformed(e.format(dialect), echo, problem);
    }
    OverLimit overLimit = e.overLimitOutsideMeta();
    if (overLimit != null) {
      return overLimit(e, e.format(dialect), echo, overLimit);
    }
    WireError failure = null;
    if (e.found(Envelope.ERROR) == Found.SOUND) {
      failure = readError(e, dialect);
      if (failure == null) {
        String code = dialect == Dialect.V1 ? "a string" : "an integer";
        return malformed(
            e.format(dialect), echo, "error (expected: an object whose code is " + code + ")");
      }
    }
    ReplyMeta meta = dialect == Dialect.V1 ? e.metaReader.toReplyMeta() : ReplyMeta.NONE;
    Bytes result = failure == null ? e.result() : null;
    return new Message.Response(echo, result, failure, meta, e.encoding());
  }

  /** Whether it says something beside its result that is not legal: no result is lost by that. */
  static boolean hasOddMeta(Envelope e) {
    return e.has(Envelope.OK) && !e.has(Envelope.JSONRPC) && e.hasOddReplyMeta();
  }

  /** The first thing that is wrong with it, or null. */
  private @Nullable String problem(Envelope e) {
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
    return null;
  }

  /** That there is a result says what has become of the operation, whatever is in it. */
  private Message overLimit(Envelope e, WireFormat format, @Nullable Id id, OverLimit what) {
    Executed executed = e.has(Envelope.RESULT) ? Executed.YES : Executed.MAYBE;
    ErrorCode code = what.isTooDeep() ? ErrorCode.PARSE_ERROR : ErrorCode.BAD_REQUEST;
    WireError error = WireError.of(code, what.message(limits), executed);
    return new Message.Malformed(format, id, true, false, error);
  }

  private static @Nullable WireError readError(Envelope e, Dialect dialect) {
    ErrorReader reader = new ErrorReader(e.encoding());
    return dialect == Dialect.V1 ? reader.readV1(e.error()) : reader.readNumbered(e.error());
  }

  /** The server did answer: nobody can tell what a malformed answer says about the operation. */
  private static Message malformed(WireFormat format, @Nullable Id id, String problem) {
    WireError error = WireError.of(ErrorCode.BAD_REQUEST, problem, Executed.MAYBE);
    return new Message.Malformed(format, id, true, false, error);
  }
}
