package dev.tern.protocol;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An error as it travels.
 *
 * @param code the framework's or the application's name; for a foreign peer's number that names no
 *     framework code, {@code "ERROR"} with the number in {@link #number}
 * @param number the numeric code that arrived or will leave in JSON-RPC 2.0 and bare
 * @param message for people; never anything internal
 * @param details a JSON object, encoded; of a foreign peer any JSON value; null for none
 * @param executed the verdict of this attempt
 */
@SuppressWarnings("ArrayRecordComponent") // encoded JSON, owned by this message, never compared
public record WireError(
    String code, int number, String message, byte @Nullable [] details, Executed executed) {

  /** A framework's error with its usual verdict. */
  public static WireError of(ErrorCode code, String message) {
    return of(code, message, code.executed());
  }

  /** A framework's error with a verdict of its own. */
  public static WireError of(ErrorCode code, String message, Executed executed) {
    return new WireError(code.name(), code.number(), message, null, executed);
  }

  /** This error with details, an encoded JSON object. */
  public WireError withDetails(byte[] json) {
    return new WireError(code, number, message, json, executed);
  }

  /** This error with details, a JSON object. */
  public WireError withDetails(String json) {
    return withDetails(json.getBytes(StandardCharsets.UTF_8));
  }

  /** This error with where the call was when it ended. */
  public WireError withStage(String stage) {
    return withDetails("{\"stage\":\"" + stage + "\"}");
  }
}
