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
 */
public record SessionLimits(
    Limits message,
    int inFlight,
    long firstFrameNanos,
    long frameNanos,
    long longestDeadlineNanos,
    int unreadablePayloads,
    int cancelBurst,
    int cancelsPerSecond) {

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
          100);

  public SessionLimits {
    atLeastOne("inFlight", inFlight);
    atLeastOne("firstFrameNanos", firstFrameNanos);
    atLeastOne("frameNanos", frameNanos);
    atLeastOne("longestDeadlineNanos", longestDeadlineNanos);
    atLeastOne("unreadablePayloads", unreadablePayloads);
    atLeastOne("cancelBurst", cancelBurst);
    atLeastOne("cancelsPerSecond", cancelsPerSecond);
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
        cancelsPerSecond);
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
        cancelsPerSecond);
  }

  /** The same with other times for the first frame and for each frame. */
  public SessionLimits withFrameTimes(Duration firstFrame, Duration frame) {
    return new SessionLimits(
        message,
        inFlight,
        firstFrame.toNanos(),
        frame.toNanos(),
        longestDeadlineNanos,
        unreadablePayloads,
        cancelBurst,
        cancelsPerSecond);
  }

  private static void atLeastOne(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: at least 1)");
    }
  }
}
