package dev.tern.core.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.core.Effect;
import dev.tern.core.OperationToken;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.Meta;
import dev.tern.protocol.Metadata;
import dev.tern.protocol.envelope.Messages;
import dev.tern.protocol.envelope.Text;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one call differs from its client's defaults. Immutable.
 *
 * <pre>{@code
 * CallOptions options = CallOptions.timeout(Duration.ofSeconds(2)).withKey("order-7").withAuth(token);
 * }</pre>
 */
public final class CallOptions {
  /** No difference. */
  public static final CallOptions DEFAULT =
      new CallOptions(null, null, null, Metadata.NONE, Effect.UNSAFE, null);

  /** What a server takes, but for what the client itself says: a timeout, a trace and the like. */
  private static final int MOST_BYTES = Limits.DEFAULT.get(Bound.META_BYTES) - 512;

  private final @Nullable Duration timeout;
  private final @Nullable String key;
  private final @Nullable String auth;
  private final Metadata metadata;
  private final Effect effect;
  private final @Nullable OperationToken operation;

  private CallOptions(
      @Nullable Duration timeout,
      @Nullable String key,
      @Nullable String auth,
      Metadata metadata,
      Effect effect,
      @Nullable OperationToken operation) {
    this.timeout = timeout;
    this.key = key;
    this.auth = auth;
    this.metadata = metadata;
    this.effect = effect;
    this.operation = operation;
  }

  /**
   * Options with a timeout and nothing else.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public static CallOptions timeout(Duration timeout) {
    return DEFAULT.withTimeout(timeout);
  }

  /** The time for the whole call; null for the client's default. */
  public @Nullable Duration timeout() {
    return timeout;
  }

  /** The identity of the operation over all its attempts; null for none. */
  public @Nullable String key() {
    return key;
  }

  /** The bearer token; null for none. */
  public @Nullable String auth() {
    return auth;
  }

  /** The user's own. */
  public Metadata metadata() {
    return metadata;
  }

  /** What running a method twice would do that is called by its name; UNSAFE if not said. */
  public Effect effect() {
    return effect;
  }

  /**
   * These options with a timeout.
   *
   * @param whole for the whole call. One of 0 has passed at once; one of more than a hundred years
   *     counts as that
   * @throws IllegalArgumentException if it is negative
   */
  public CallOptions withTimeout(Duration whole) {
    if (whole.isNegative()) {
      throw new IllegalArgumentException("timeout: " + whole + " (expected: 0 or more)");
    }
    return new CallOptions(whole, key, auth, metadata, effect, operation);
  }

  /**
   * These options with a key. A key alone does not say when the operation began: it protects from
   * running twice while the server remembers, and begins a new operation after that. A token
   * ({@link #withOperation}) is refused then.
   *
   * @param identity 1 to 256 bytes of UTF-8 without control characters; in the bare dialect, where
   *     it is the id, 128 at most
   * @throws IllegalArgumentException if it is something else
   */
  public CallOptions withKey(String identity) {
    if (!Text.isKey(identity, Limits.DEFAULT)) {
      String rule = Text.keyRule(Limits.DEFAULT);
      int length = identity.getBytes(StandardCharsets.UTF_8).length;
      throw new IllegalArgumentException("key: " + length + " bytes (expected: " + rule + ")");
    }
    return new CallOptions(timeout, identity, auth, metadata, effect, null);
  }

  /**
   * These options with a bearer token. Left out where a dialect has no place for it.
   *
   * @param token a string without control characters; with the rest of {@code meta} at most 16 KiB
   * @throws IllegalArgumentException if it is something else; the message does not repeat it
   */
  public CallOptions withAuth(String token) {
    if (!Text.isToken(token, Limits.DEFAULT)) {
      throw new IllegalArgumentException(
          "auth: %d bytes (expected: 1 to %d without control characters)"
              .formatted(token.getBytes(UTF_8).length, Limits.DEFAULT.get(Bound.META_BYTES)));
    }
    return new CallOptions(timeout, key, token, metadata, effect, operation);
  }

  /** These options with metadata, in place of what was there. Left out where there is no place. */
  public CallOptions withMetadata(Metadata said) {
    return new CallOptions(timeout, key, auth, said, effect, operation);
  }

  /**
   * These options with one more value in their metadata.
   *
   * @throws IllegalArgumentException as {@link Metadata#with} throws it
   */
  public CallOptions withMetadata(String name, String value) {
    return withMetadata(metadata.with(name, value));
  }

  /**
   * These options for an operation that was {@linkplain Client#operation prepared}, or that is to
   * be tried again. It brings its own key.
   */
  public CallOptions withOperation(OperationToken token) {
    return new CallOptions(timeout, token.key(), auth, metadata, effect, token);
  }

  /** The operation that the call is an attempt at; null if it begins with the call, or is none. */
  public @Nullable OperationToken operation() {
    return operation;
  }

  /** These options with what the caller knows of a method that is called by its name. */
  public CallOptions withEffect(Effect known) {
    return new CallOptions(timeout, key, auth, metadata, known, operation);
  }

  /**
   * What a request says of this beside its params.
   *
   * @throws IllegalArgumentException if token and metadata are too long together
   */
  Meta meta() {
    Meta said = Meta.NONE;
    if (key != null) {
      said = said.with(Meta.KEY, key);
    }
    if (auth != null) {
      said = said.with(Meta.AUTH, auth);
    }
    if (metadata.isEmpty()) {
      return said;
    }
    Meta whole = said.with(Meta.MD, metadata);
    if (auth != null && Messages.lengthOf(whole) > MOST_BYTES) {
      throw new IllegalArgumentException(
          "auth and metadata: %d bytes (expected: at most %d together)"
              .formatted(Messages.lengthOf(whole), MOST_BYTES));
    }
    return whole;
  }

  /** Neither the token nor the metadata's values: they are not for the log. */
  @Override
  public String toString() {
    return "CallOptions[timeout %s, key %s, auth %s, %s, %s]"
        .formatted(timeout, key, auth == null ? "none" : "set", metadata, effect);
  }
}
