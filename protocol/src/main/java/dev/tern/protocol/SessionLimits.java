package dev.tern.protocol;

import java.time.Duration;

/**
 * The bounds on one connection.
 *
 * @param message the bounds on one message
 * @param inFlight calls that have been read and whose handlers have not returned; more answer
 *     SERVER_BUSY. At the client, calls that have left and have no reply; more wait
 * @param firstFrameNanos how long a new connection may stay silent: long enough for a person with a
 *     socket, short enough that forgotten connections do not pile up
 * @param frameNanos how long one frame may take from its first byte: a byte a second is an attack
 * @param longestDeadlineNanos what a longer or missing timeout is clamped to
 * @param unreadablePayloads after so many payloads that are no JSON the connection closes: a peer
 *     that speaks something else will not learn
 * @param cancelBurst useless cancels at once before the connection closes
 * @param cancelsPerSecond useless cancels that are forgiven each second: a cancel that crosses its
 *     reply is nobody's fault
 * @param errorBurst messages that are refused, and calls of unknown methods, before the connection
 *     closes: far more than an honest peer has in a bad moment
 * @param errorsPerSecond such errors that are forgiven each second: a client that is newer than its
 *     server must not lose its other calls
 * @param controlBurst calls of {@code rpc.*} (cancels apart) at once before they answer
 *     SERVER_BUSY: no heartbeat and no look at the methods needs so many
 * @param controlsPerSecond the same, each second
 */
public record SessionLimits(
    Limits message,
    int inFlight,
    long firstFrameNanos,
    long frameNanos,
    long longestDeadlineNanos,
    int unreadablePayloads,
    int cancelBurst,
    int cancelsPerSecond,
    int errorBurst,
    int errorsPerSecond,
    int controlBurst,
    int controlsPerSecond) {

  /** The defaults of PROTOCOL.md. */
  public static final SessionLimits DEFAULT =
      new SessionLimits(
          Limits.DEFAULT,
          16_384,
          Duration.ofSeconds(60).toNanos(),
          Duration.ofSeconds(30).toNanos(),
          Duration.ofHours(1).toNanos(),
          8,
          1_000,
          100,
          10_000,
          1_000,
          1_000,
          100);

  /**
   * Checks them.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public SessionLimits {
    atLeastOne("inFlight", inFlight);
    atLeastOne("firstFrameNanos", firstFrameNanos);
    atLeastOne("frameNanos", frameNanos);
    atLeastOne("longestDeadlineNanos", longestDeadlineNanos);
    atLeastOne("unreadablePayloads", unreadablePayloads);
    atLeastOne("cancelBurst", cancelBurst);
    atLeastOne("cancelsPerSecond", cancelsPerSecond);
    atLeastOne("errorBurst", errorBurst);
    atLeastOne("errorsPerSecond", errorsPerSecond);
    atLeastOne("controlBurst", controlBurst);
    atLeastOne("controlsPerSecond", controlsPerSecond);
  }

  /** The same with other bounds on one message. */
  public SessionLimits withMessage(Limits limits) {
    return new SessionLimits(
        limits,
        inFlight,
        firstFrameNanos,
        frameNanos,
        longestDeadlineNanos,
        unreadablePayloads,
        cancelBurst,
        cancelsPerSecond,
        errorBurst,
        errorsPerSecond,
        controlBurst,
        controlsPerSecond);
  }

  /** The same with another number of calls in flight. */
  public SessionLimits withInFlight(int calls) {
    return new SessionLimits(
        message,
        calls,
        firstFrameNanos,
        frameNanos,
        longestDeadlineNanos,
        unreadablePayloads,
        cancelBurst,
        cancelsPerSecond,
        errorBurst,
        errorsPerSecond,
        controlBurst,
        controlsPerSecond);
  }

  /** The same with other bounds on a peer's errors. */
  public SessionLimits withErrors(int burst, int perSecond) {
    return new SessionLimits(
        message,
        inFlight,
        firstFrameNanos,
        frameNanos,
        longestDeadlineNanos,
        unreadablePayloads,
        cancelBurst,
        cancelsPerSecond,
        burst,
        perSecond,
        controlBurst,
        controlsPerSecond);
  }

  /** The same with other bounds on calls of {@code rpc.*}. */
  public SessionLimits withControls(int burst, int perSecond) {
    return new SessionLimits(
        message,
        inFlight,
        firstFrameNanos,
        frameNanos,
        longestDeadlineNanos,
        unreadablePayloads,
        cancelBurst,
        cancelsPerSecond,
        errorBurst,
        errorsPerSecond,
        burst,
        perSecond);
  }

  private static void atLeastOne(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: at least 1)");
    }
  }
}
