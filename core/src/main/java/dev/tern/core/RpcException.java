package dev.tern.core;

import static dev.tern.protocol.ErrorCode.CONFLICT;
import static dev.tern.protocol.ErrorCode.FORBIDDEN;
import static dev.tern.protocol.ErrorCode.INVALID_PARAMS;
import static dev.tern.protocol.ErrorCode.SERVER_BUSY;
import static dev.tern.protocol.ErrorCode.UNAUTHORIZED;
import static dev.tern.protocol.ErrorCode.UNAVAILABLE;

import dev.tern.core.access.Origin;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.WireError;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The one exception of the framework: a call without a result. It says what went wrong in a code,
 * and in {@link #executed} whether the operation may have taken effect.
 *
 * <p>A handler throws one to answer with an error of the application: its code is any UPPER_SNAKE
 * name but the framework's own, and its verdict is {@link Executed#YES}, "the handler reached this
 * answer", unless made by {@link #notExecuted}. A filter or a handler that will not serve a call
 * throws a {@link #refusal}. Any other error of the framework's that code of a server throws, such
 * as one of a call that it made itself, becomes INTERNAL.
 */
public final class RpcException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final Set<ErrorCode> REFUSALS =
      Collections.unmodifiableSet(
          EnumSet.of(UNAUTHORIZED, FORBIDDEN, INVALID_PARAMS, CONFLICT, UNAVAILABLE, SERVER_BUSY));
  private static final Pattern CODE = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");

  private final String code;
  private final int number;
  private transient Map<String, @Nullable Object> details;
  private final Executed executed;
  private final Origin origin;

  // What a client adds before it throws it.
  private boolean replayed;
  private transient List<CallAttempt> attempts = List.of();
  private transient @Nullable OperationToken operation;

  /**
   * An error of the application.
   *
   * @param code an UPPER_SNAKE name that is none of {@link ErrorCode}
   * @param message for the caller's eyes
   */
  public RpcException(String code, String message) {
    this(code, message, Map.of());
  }

  /**
   * An error of the application with details.
   *
   * @param details what encodes to a JSON object
   */
  public RpcException(
      String code, String message, Map<String, ? extends @Nullable Object> details) {
    this(Origin.APPLICATION, ofApplication(code, message, Executed.YES), details, null);
  }

  RpcException(
      Origin origin,
      WireError error,
      Map<String, ? extends @Nullable Object> details,
      @Nullable Throwable cause) {
    super(error.message(), cause, false, origin != Origin.FRAMEWORK);
    this.code = error.code();
    this.number = error.number();
    this.details = details.isEmpty() ? Map.of() : Collections.unmodifiableMap(details);
    this.executed = error.executed();
    this.origin = origin;
  }

  /** An error of the application that had no effect at all: it is safe to call again. */
  public static RpcException notExecuted(String code, String message) {
    return notExecuted(code, message, Map.of());
  }

  /**
   * An error of the application that had no effect at all, with details.
   *
   * @param details what encodes to a JSON object
   */
  public static RpcException notExecuted(
      String code, String message, Map<String, ? extends @Nullable Object> details) {
    WireError error = ofApplication(code, message, Executed.NO);
    return new RpcException(Origin.APPLICATION, error, details, null);
  }

  /** A refusal without details and cause. */
  public static RpcException refusal(ErrorCode code, String message) {
    return refusal(code, message, Map.of(), null);
  }

  /**
   * A call that is refused, by a filter or by a handler, and had no effect at all. It is no
   * incident, and the peer sees all of it but the cause. A handler that throws one promises that
   * nothing has happened.
   *
   * @param code UNAUTHORIZED, FORBIDDEN, INVALID_PARAMS, CONFLICT, UNAVAILABLE or SERVER_BUSY
   * @param message for the caller's eyes
   * @param details what encodes to a JSON object; for SERVER_BUSY {@code retry_after_ms} may say
   *     when to come back, in milliseconds
   * @param cause for this side's eyes only
   * @throws IllegalArgumentException for any other code
   */
  public static RpcException refusal(
      ErrorCode code,
      String message,
      Map<String, ? extends @Nullable Object> details,
      @Nullable Throwable cause) {
    if (!REFUSALS.contains(code)) {
      throw new IllegalArgumentException("code: " + code + " (expected: one of " + REFUSALS + ")");
    }
    WireError error = WireError.of(code, message, Executed.NO);
    return new RpcException(Origin.APPLICATION, error, details, cause);
  }

  /** The framework's {@link ErrorCode} by name, or the application's own. */
  public String code() {
    return code;
  }

  /** The number in JSON-RPC 2.0 and bare; for a foreign peer's error the one that it sent. */
  public int number() {
    return number;
  }

  /** More about it; empty if there is nothing more. */
  public Map<String, @Nullable Object> details() {
    return details;
  }

  /** May the operation have taken effect? */
  public Executed executed() {
    return executed;
  }

  /** Whether the peer sent it; else it was made on this side. */
  public boolean isRemote() {
    return origin == Origin.REMOTE;
  }

  /** Whether the same call may succeed a little later. Never once its client is closed. */
  public boolean isTransient() {
    ErrorCode known = ErrorCode.ofName(code);
    return known != null && known.isTransient() && origin != Origin.CLOSED_CLIENT;
  }

  /** Whether it is the remembered answer of an earlier attempt, which every attempt would get. */
  public boolean isReplayed() {
    return replayed;
  }

  /**
   * The attempts that the client has made, the last one behind; empty at a server, and where the
   * first was answered with a result that the client cannot read.
   */
  public List<CallAttempt> attempts() {
    return attempts;
  }

  /**
   * What to try the operation again with, or to ask what became of it, if its verdict is "maybe";
   * null for a call whose method need not happen once, or that got no further than this process.
   */
  public @Nullable OperationToken operation() {
    return operation;
  }

  Origin origin() {
    return origin;
  }

  /**
   * As it travels, without its details: asked for once, as no compiler inlines a throwable's own.
   */
  WireError wire() {
    return new WireError(code, number, getMessage() == null ? "" : getMessage(), null, executed);
  }

  void markReplayed() {
    replayed = true;
  }

  void annotate(List<CallAttempt> made, @Nullable OperationToken token) {
    attempts = made;
    operation = token;
  }

  /** Details that cannot be serialized become their text. */
  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    Map<String, @Nullable Object> kept = new LinkedHashMap<>();
    for (Map.Entry<String, @Nullable Object> detail : details.entrySet()) {
      Object value = detail.getValue();
      kept.put(detail.getKey(), isSerializable(value) ? value : String.valueOf(value));
    }
    out.writeObject(kept);
    out.writeObject(new ArrayList<>(attempts));
    out.writeObject(operation == null ? null : operation.toString());
  }

  /** A cause that cannot travel is replaced by one that says the same. */
  private Object writeReplace() {
    Throwable cause = getCause();
    if (cause == null || isSerializable(cause)) {
      return this;
    }
    RuntimeException standIn = new RuntimeException(cause.toString());
    standIn.setStackTrace(cause.getStackTrace());
    RpcException copy = new RpcException(origin, wire(), details, standIn);
    copy.setStackTrace(getStackTrace());
    copy.annotate(attempts, operation);
    copy.replayed = replayed;
    return copy;
  }

  private static boolean isSerializable(@Nullable Object value) {
    try (ObjectOutputStream nowhere = new ObjectOutputStream(OutputStream.nullOutputStream())) {
      nowhere.writeObject(value);
      return true;
    } catch (IOException | RuntimeException | StackOverflowError e) { // the value is the reason
      return false;
    }
  }

  @SuppressWarnings("unchecked") // as it was written
  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    details = Collections.unmodifiableMap((Map<String, @Nullable Object>) in.readObject());
    attempts = List.copyOf((List<CallAttempt>) in.readObject());
    String token = (String) in.readObject();
    operation = token == null ? null : OperationToken.parse(token);
  }

  @Override
  @SuppressWarnings(
      "OverrideThrowableToString") // the message is what the peer wrote; logs want all
  public String toString() {
    return "RpcException: " + code + ": " + getMessage() + " (executed: " + executed.wire() + ")";
  }

  private static WireError ofApplication(String code, String message, Executed executed) {
    if (!CODE.matcher(code).matches()) {
      throw new IllegalArgumentException(
          "code: \"" + code + "\" (expected: an UPPER_SNAKE name of at most 64 characters)");
    }
    if (ErrorCode.ofName(code) != null) {
      throw new IllegalArgumentException(
          "code: " + code + " (expected: a name that is not one of the framework's)");
    }
    return new WireError(code, ErrorCode.APPLICATION_NUMBER, message, null, executed);
  }
}
