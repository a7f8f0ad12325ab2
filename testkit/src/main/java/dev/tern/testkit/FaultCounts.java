package dev.tern.testkit;

import dev.tern.transport.memory.Direction;

/**
 * What has passed through a {@link FaultProxy} since it began, and what its faults have done. Each
 * figure is exact, but not all are of the very same instant.
 *
 * @param connections that were accepted, lost ones among them
 * @param lostConnections reset as soon as they were made, see {@link FaultProxy#loseConnections}
 * @param refusedConnections reset because nobody was reached behind the proxy
 * @param cutConnections reset after some bytes, see {@link FaultProxy#cutAfter}
 * @param toServer what went to the server
 * @param toClient what went to the client
 */
public record FaultCounts(
    long connections,
    long lostConnections,
    long refusedConnections,
    long cutConnections,
    Way toServer,
    Way toClient) {

  /**
   * One direction. A frame counts once it has come whole; in a stream that has no frames of Tern's
   * these figures mean nothing.
   *
   * @param bytes that were passed on
   * @param frames that came and were not lost, each once; whether they got through in time, or at
   *     all where a connection was cut or nothing passes, the bytes tell
   * @param lostFrames see {@link FaultProxy#loseFrames}
   * @param duplicatedFrames see {@link FaultProxy#duplicateFrames}
   */
  public record Way(long bytes, long frames, long lostFrames, long duplicatedFrames) {}

  /** What went in a direction. */
  public Way of(Direction direction) {
    return switch (direction) {
      case TO_SERVER -> toServer;
      case TO_CLIENT -> toClient;
    };
  }
}
