package dev.tern.core.client;

import dev.tern.core.EncodedJson;
import dev.tern.core.Method;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.ResultReader;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.envelope.Messages;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What has become of an operation, as its server remembers it. Immutable. */
public final class OperationOutcome {

  /** How far an operation has come. */
  public enum State {
    /** It runs. */
    RUNNING,
    /** It is over, with a result or with an error of the application's. */
    DONE,
    /** It has succeeded, and its result was too large to keep. */
    NOT_KEPT,
    /** It has failed half-way: nobody knows whether it had its effect. */
    FAILED,
    /** It never runs. */
    FENCED,
    /** The server has never heard of it, and would run it. */
    UNKNOWN
  }

  private static final ResultReader<String> STRING = JsonCodec.DEFAULT.resultReader(String.class);

  private final JsonCodec codec;
  private final State state;
  private final @Nullable EncodedJson result;
  private final @Nullable EncodedJson error;

  private OperationOutcome(
      State state, @Nullable EncodedJson result, @Nullable EncodedJson error, JsonCodec codec) {
    this.codec = codec;
    this.state = state;
    this.result = result;
    this.error = error;
  }

  static OperationOutcome of(Map<String, @Nullable EncodedJson> told, JsonCodec codec) {
    String word = text(told.get("state"));
    State state = State.UNKNOWN;
    for (State one : State.values()) {
      state = one.name().toLowerCase(Locale.ROOT).equals(word) ? one : state;
    }
    return new OperationOutcome(state, told.get("result"), told.get("error"), codec);
  }

  private static String text(@Nullable EncodedJson json) {
    String read = json == null ? null : STRING.read(Bytes.of(json.bytes()));
    return read == null ? "" : read;
  }

  /** How far it has come. */
  public State state() {
    return state;
  }

  /** Whether it is DONE with a result. */
  public boolean hasResult() {
    return state == State.DONE && error == null;
  }

  /**
   * The result, with the types of its method.
   *
   * @throws IllegalStateException if there is none
   * @throws RuntimeException if it is not one of this method
   */
  @SuppressWarnings("NullAway") // null is a result of those types that have it
  public <R extends @Nullable Object> R result(Method<?, R> method) {
    if (!hasResult()) {
      throw new IllegalStateException(state + ", " + error + " (expected: DONE with a result)");
    }
    return codec.<R>resultReader(method.resultType()).read(Bytes.of(encoded()));
  }

  /** The result as JSON; {@code null} for one that is void, or if there is none. */
  public byte[] encoded() {
    return result == null ? Messages.NULL.toByteArray() : result.bytes();
  }

  /** The error's code, message and details as a JSON object; null if there is none. */
  public @Nullable EncodedJson error() {
    return error;
  }

  @Override
  public String toString() {
    return error == null ? state.toString() : state + " " + error;
  }
}
