package dev.tern.cli.call;

import dev.tern.cli.options.Arguments;
import dev.tern.core.Effect;
import dev.tern.core.OperationToken;
import dev.tern.core.RpcException;
import dev.tern.core.access.OperationKeys;
import dev.tern.core.client.CallOptions;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Id;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a call is an attempt at, and how often it is tried again. */
@SuppressWarnings("FieldCanBeFinal") // picocli sets the options
final class OperationOptions {
  /** A program that makes one call knows no other latencies: the bound at first is what counts. */
  private static final Duration HEDGE_AFTER = Duration.ofMillis(100);

  private static final double HEDGE_AT = 0.95;

  @Option(
      names = "--effect",
      paramLabel = "read|idempotent|once|unsafe",
      converter = Arguments.OfEffect.class,
      description =
          "what running the method twice would do, which decides what is tried again (default:"
              + " unsafe, so only what has not run)")
  private @Nullable Effect effect;

  @Option(
      names = "--retries",
      paramLabel = "N",
      converter = Arguments.OfRetries.class,
      description =
          "try again so often at most if that is safe and of use (default: 2); a server that"
              + " cannot be reached is not tried again")
  private @Nullable Integer retries;

  @Option(
      names = "--attempt-timeout",
      paramLabel = "TIME",
      converter = Arguments.OfDuration.class,
      description =
          "for each attempt, from when it can be sent: 500ms, 2s, 1m (default: what is left of"
              + " --timeout)")
  private @Nullable Duration attemptTimeout;

  @Option(
      names = "--hedge",
      description =
          "call once more beside a call without an answer after 100 ms; the first result counts;"
              + " for --effect read or idempotent")
  private boolean hedge;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description =
          "the operation's identity, the same at each attempt to have it done (default: a new one"
              + " for --effect once); at least 16 characters for a caller without a name, and with"
              + " --dialect bare a UUID in small letters")
  private @Nullable String key;

  @Option(
      names = "--resume",
      paramLabel = "TOKEN",
      converter = Arguments.OfToken.class,
      description = "go on with the operation of a call that printed this token")
  private @Nullable OperationToken resume;

  /**
   * Refuses what cannot be meant.
   *
   * @param method null if the server is to list its methods
   * @throws IllegalArgumentException saying what is wrong
   */
  void check(@Nullable String method, boolean isNotification, Dialect dialect) {
    if (method == null) {
      refuse(key != null, "--key without a METHOD", "HOST:PORT METHOD");
      refuse(resume != null, "--resume without a METHOD", "HOST:PORT METHOD");
    }
    if (isNotification) {
      boolean any = retries != null || attemptTimeout != null || hedge || resume != null;
      refuse(
          any,
          "--notify with --retries, --attempt-timeout, --hedge or --resume",
          "none of them, as nobody learns how a notification ends");
    }
    refuse(
        hedge && effect != Effect.READ && effect != Effect.IDEMPOTENT,
        "--hedge without --effect read or idempotent",
        "one of them: the method may run twice");
    if (dialect == Dialect.JSONRPC) {
      refuse(
          key != null, "--key with --dialect jsonrpc", "v1 or bare, jsonrpc has no place for it");
      refuse(
          effect == Effect.ONCE,
          "--effect once with --dialect jsonrpc",
          "v1 or bare, jsonrpc has no place for a key");
    }
    if (key != null && dialect == Dialect.BARE) {
      // With any other id the server would run each attempt.
      refuse(
          OperationKeys.ofBare(dialect, new Id.Text(key)) == null,
          "--key: \"" + key + "\" with --dialect bare",
          "a UUID in small letters, such as "
              + UUID.randomUUID()
              + "; nothing else is a key there");
    }
    checkResume(method, dialect);
  }

  private void checkResume(@Nullable String method, Dialect dialect) {
    OperationToken token = resume;
    if (token == null) {
      return;
    }
    refuse(key != null, "--resume with --key", "one of them; a token has its key");
    refuse(
        effect != null && effect != Effect.ONCE,
        "--resume with another --effect than once",
        "once, which need not be said");
    refuse(
        dialect != Dialect.V1,
        "--resume with --dialect " + dialect.label(),
        "v1, others have no place for it");
    refuse(
        !token.method().equals(method),
        "--resume: an operation of " + token.method(),
        "one of " + method);
  }

  private static void refuse(boolean isWrong, String what, String expected) {
    if (isWrong) {
      throw new IllegalArgumentException(what + " (expected: " + expected + ")");
    }
  }

  /**
   * A word on the encoding that an operation keeps, whatever else was said; null if none is due.
   *
   * @param said as the user said it; null if he did not
   * @throws IllegalArgumentException if the one that it has begun in is not there
   */
  @Nullable String keptEncoding(@Nullable String said) {
    if (resume == null) {
      return null;
    }
    String kept = resume.encoding();
    List<String> here = Arguments.OfEncoding.labels();
    refuse(
        !here.contains(kept),
        "--resume: an operation that has begun in " + kept,
        "an encoding that is here, one of " + String.join(", ", here));
    return said == null || said.equals(kept)
        ? null
        : "the operation has begun in %s, and keeps that; --encoding %s is passed over"
            .formatted(kept, said);
  }

  /** When the call is made again. */
  RetryPolicy policy() {
    RetryPolicy policy = RetryPolicy.DEFAULT;
    if (retries != null) {
      // The budget is for many calls; this is one, and its user has said how often.
      policy = policy.withAttempts(retries + 1).withoutBudget();
    }
    if (attemptTimeout != null) {
      policy = policy.withAttemptTimeout(attemptTimeout);
    }
    return hedge ? policy.withHedging(HEDGE_AT, HEDGE_AFTER) : policy;
  }

  /**
   * What the call says of its operation.
   *
   * @throws IllegalArgumentException if that cannot be said
   */
  CallOptions in(CallOptions options, Dialect dialect) {
    if (resume != null) {
      return options.withOperation(resume).withEffect(Effect.ONCE);
    }
    CallOptions known = effect == null ? options : options.withEffect(effect);
    boolean isOnceAndBare = effect == Effect.ONCE && dialect == Dialect.BARE;
    String identity = key == null && isOnceAndBare ? UUID.randomUUID().toString() : key;
    return identity == null ? known : known.withKey(identity);
  }

  /**
   * Why a call that has failed was not tried again, though its user asked for that; null if it is
   * for another reason than the dialect's.
   *
   * @param effect of the call
   */
  @Nullable String ifNotRetried(RpcException e, Effect effect, Dialect dialect) {
    boolean isAsked = retries != null && retries > 0 && dialect != Dialect.V1;
    boolean mayRepeat = effect == Effect.READ || effect == Effect.IDEMPOTENT;
    boolean isSo = e.isTransient() && e.executed() == Executed.MAYBE && e.attempts().size() == 1;
    return isAsked && !mayRepeat && isSo
        ? "--retries: not tried again, as with --dialect %s nobody can tell whether it has run (expected: %s)"
            .formatted(dialect.label(), "--effect read or idempotent, or --dialect v1")
        : null;
  }

  /** Whether the user has said what the method's effect is. */
  boolean saysEffect() {
    return effect != null || resume != null;
  }
}
