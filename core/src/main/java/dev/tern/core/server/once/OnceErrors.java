package dev.tern.core.server.once;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.EncodedJson;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.TypeRef;
import dev.tern.core.access.Origin;
import dev.tern.core.access.ReadyError;
import dev.tern.core.access.ServedCall;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.ResultReader;
import dev.tern.core.outcome.Outcome;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.ReplyMeta;
import dev.tern.protocol.WireError;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an attempt is told whose operation it does not run. */
final class OnceErrors {
  /** Fewer characters are easily guessed, and anonymous callers share one scope. */
  static final int MIN_KEY = 16;

  private static final ResultReader<Map<String, @Nullable EncodedJson>> DETAILS =
      JsonCodec.DEFAULT.resultReader(new TypeRef<Map<String, @Nullable EncodedJson>>() {}.type());

  private static final ReadyError CONFLICT =
      ReadyError.of(error(ErrorCode.CONFLICT, "this key was used with other params", Executed.NO));

  private static final ReadyError STALE =
      ReadyError.of(
          error(
              ErrorCode.STALE,
              "this operation may have run and been forgotten (expected: an attempt within the window)",
              Executed.MAYBE));

  private OnceErrors() {}

  private static RpcException error(ErrorCode code, String message, Executed executed) {
    return error(code, message, executed, Map.of());
  }

  private static RpcException error(
      ErrorCode code,
      String message,
      Executed executed,
      Map<String, ? extends @Nullable Object> details) {
    return CORE.error(Origin.FRAMEWORK, WireError.of(code, message, executed), details, null);
  }

  static RpcException noKey(int attempt) {
    return error(
        ErrorCode.BAD_REQUEST,
        "meta.attempt: " + attempt + " without a key (expected: meta.key, the same as before)",
        Executed.NO);
  }

  /** Whether a caller without a name, who shares his keys with strangers, may not use it. */
  static boolean isShort(String key) {
    return key.length() < 2 * MIN_KEY && key.codePointCount(0, key.length()) < MIN_KEY;
  }

  static RpcException shortKey(String key) {
    return error(
        ErrorCode.BAD_REQUEST,
        "meta.key: %d characters (expected: at least %d of a caller without a name)"
            .formatted(key.codePointCount(0, key.length()), MIN_KEY),
        Executed.NO);
  }

  static RpcException conflict() {
    return CONFLICT.thrown();
  }

  static RpcException stale() {
    return STALE.thrown();
  }

  /** Refuses an attempt. */
  static Response conflict(ServedCall call) {
    return call.refuse(CONFLICT);
  }

  /** Refuses an attempt whose operation may have run. */
  static Response stale(ServedCall call) {
    call.join();
    return call.refuse(STALE);
  }

  static RpcException full(long retryAfterMillis) {
    return error(
        ErrorCode.SERVER_BUSY,
        "no more operations of this caller can be remembered now",
        Executed.NO,
        Map.of("retry_after_ms", retryAfterMillis));
  }

  static RpcException tooManyJoiners() {
    return error(
        ErrorCode.SERVER_BUSY,
        "this operation runs, and no more calls can wait for it",
        Executed.MAYBE,
        Map.of("retry_after_ms", 100));
  }

  /** An error as a method may throw it: any other of the framework's would become INTERNAL. */
  static RpcException ofMethod(RpcException error) {
    return CORE.error(Origin.APPLICATION, CORE.wireOf(error), error.details(), null);
  }

  static RpcException notWaitedFor(ErrorCode code, String why) {
    return error(
        code, why + " while another attempt ran", Executed.MAYBE, Map.of("stage", "joined"));
  }

  /** For those that wait for a call which ended before its handler began. */
  static RpcException ownerGone() {
    return error(
        ErrorCode.UNAVAILABLE, "the attempt that was waited for ended before it ran", Executed.NO);
  }

  static RpcException tooLong(Duration maxRun) {
    return error(ErrorCode.INTERNAL, "ran longer than " + maxRun, Executed.MAYBE);
  }

  /** An error of the user's code as it is remembered: with its details as they would travel. */
  static WireError kept(RpcException e, ServedCall call) {
    WireError error = CORE.wireOf(e);
    if (e.details().isEmpty()) {
      return error;
    }
    try {
      return error.withDetails(call.detailsOf(e));
    } catch (Throwable noJson) { // whatever the getters of a detail do
      return error; // its own caller gets it without them, too, and the log says so
    }
  }

  static Map<String, @Nullable EncodedJson> detailsOf(WireError error) {
    byte[] details = error.details();
    Map<String, @Nullable EncodedJson> read =
        details == null ? null : DETAILS.read(Bytes.of(details));
    return read == null ? Map.of() : read;
  }

  /** What is remembered, as the answer to another attempt. */
  static Response replay(Outcome outcome, ServedCall call) {
    switch (outcome) {
      case Outcome.Result result -> {
        call.join(); // it has run: whatever a filter throws on the way back is no "no"
        call.replayed();
        return new Response.Value(
            call.concluded(result.encoded()), ReplyMeta.NONE.withReplayed(true), result.encoding());
      }
      case Outcome.Silent.FENCED ->
          throw error(ErrorCode.CONFLICT, "this operation was fenced: it never runs", Executed.NO);
      case Outcome.Failure(WireError error) -> {
        call.join();
        call.replayed();
        throw call.concluded(CORE.error(Origin.FRAMEWORK, error, detailsOf(error), null));
      }
      case Outcome.Silent.NOT_KEPT -> {
        call.join();
        call.replayed();
        throw call.concluded(
            error(
                ErrorCode.TOO_LARGE,
                "it succeeded; its result was too large to keep",
                Executed.YES));
      }
      case Outcome.Silent.FAILED -> {
        call.join();
        call.replayed();
        throw call.concluded(
            error(
                ErrorCode.INTERNAL,
                "an earlier attempt has failed half-way; whether it had its effect is not known",
                Executed.MAYBE));
      }
    }
  }
}
