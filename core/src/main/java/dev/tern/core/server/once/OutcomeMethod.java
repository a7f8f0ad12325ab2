package dev.tern.core.server.once;

import dev.tern.contract.SerialName;
import dev.tern.core.Caller;
import dev.tern.core.Effect;
import dev.tern.core.EncodedJson;
import dev.tern.core.Method;
import dev.tern.core.Procedure;
import dev.tern.core.Request;
import dev.tern.core.RpcException;
import dev.tern.core.TypeRef;
import dev.tern.core.outcome.Claim;
import dev.tern.core.outcome.Operation;
import dev.tern.core.outcome.Outcome;
import dev.tern.core.outcome.OutcomeStore;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Limits;
import dev.tern.protocol.WireError;
import dev.tern.protocol.envelope.Text;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.Transcode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code rpc.outcome}: tells a caller what became of one of its operations. */
public final class OutcomeMethod
    implements Procedure<OutcomeMethod.Query, Map<String, @Nullable Object>> {

  /**
   * Which operation, and since when.
   *
   * @param fence whether one that is not known shall never run
   */
  public record Query(
      String method,
      String key,
      Optional<String> dedup,
      @SerialName("first_ms") Optional<Long> firstMillis,
      Optional<Boolean> fence) {}

  /** What both ends know of it. */
  @SuppressWarnings("NullAway") // it does not see the annotation on a type argument
  public static final Method<Query, Map<String, @Nullable Object>> METHOD =
      Method.of("rpc.outcome", Query.class, new TypeRef<Map<String, @Nullable Object>>() {})
          .effect(Effect.IDEMPOTENT);

  private final OutcomeStore store;
  private final Limits limits;

  public OutcomeMethod(OutcomeStore store, Limits limits) {
    this.store = store;
    this.limits = limits;
  }

  /** A fence is kept: it must not hold more than what an attempt can say. */
  private void check(Query query) {
    if (!Text.isMethod(query.method(), limits)) {
      throw wrong("method", Text.methodRule(limits));
    }
    if (!Text.isKey(query.key(), limits)) {
      throw wrong("key", Text.keyRule(limits));
    }
  }

  private static RpcException wrong(String path, String rule) {
    String message = path + " (expected: " + rule + ")";
    return RpcException.refusal(ErrorCode.INVALID_PARAMS, message, Map.of("path", path), null);
  }

  @Override
  public Map<String, @Nullable Object> call(Query query) {
    check(query);
    Caller caller = Request.current().caller();
    Claim found =
        store.find(
            new Operation(caller.name(), query.method(), query.key()),
            query.dedup().orElse(null),
            query.firstMillis().orElse(null),
            query.fence().orElse(false));
    Map<String, @Nullable Object> told = new LinkedHashMap<>();
    switch (found) {
      case null -> told.put("state", "unknown");
      case Claim.Over(Outcome outcome) -> tell(outcome, told);
      case Claim.Full(long retryAfterMillis) ->
          throw OnceErrors.ofMethod(OnceErrors.full(retryAfterMillis));
      case Claim.No.STALE -> throw OnceErrors.ofMethod(OnceErrors.stale());
      case Claim.No.RUNNING -> told.put("state", "running");
      case Claim.No.CONFLICT -> throw OnceErrors.ofMethod(OnceErrors.conflict());
      case Claim.Mine _ -> throw new AssertionError(found);
    }
    return told;
  }

  private static void tell(Outcome outcome, Map<String, @Nullable Object> told) {
    switch (outcome) {
      case Outcome.Result(Bytes encoded, Encoding encoding) -> {
        told.put("state", "done");
        Bytes json = Transcode.convert(encoded, encoding, JsonEncoding.JSON, 1);
        told.put("result", isNull(json) ? null : new EncodedJson(json.toByteArray()));
      }
      case Outcome.Failure(WireError error) -> {
        told.put("state", "done");
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("code", error.code());
        members.put("message", error.message());
        members.put("details", OnceErrors.detailsOf(error));
        told.put("error", members);
      }
      case Outcome.Silent silent ->
          told.put(
              "state",
              switch (silent) {
                case NOT_KEPT -> "not_kept";
                case FAILED -> "failed";
                case FENCED -> "fenced";
              });
    }
  }

  private static boolean isNull(Bytes json) {
    return json.length() == 4 && json.array()[json.from()] == 'n';
  }
}
