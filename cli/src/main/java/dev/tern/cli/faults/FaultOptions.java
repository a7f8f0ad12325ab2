package dev.tern.cli.faults;

import dev.tern.cli.options.Arguments;
import dev.tern.testkit.FaultProxy;
import dev.tern.transport.memory.Direction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which faults there are. */
@SuppressWarnings("FieldCanBeFinal") // picocli sets the options
final class FaultOptions {
  @Option(
      names = "--latency",
      paramLabel = "TIME",
      converter = Arguments.OfDuration.class,
      description = "delays what passes, each way: 500ms, 2s, 1m")
  private @Nullable Duration latency;

  @Option(
      names = "--jitter",
      paramLabel = "TIME",
      converter = Arguments.OfDuration.class,
      description = "adds up to so much to the latency, at random; the order stays")
  private @Nullable Duration jitter;

  @Option(
      names = "--loss",
      paramLabel = "SHARE",
      converter = Arguments.OfShare.class,
      description = "loses so many of the frames to the server, from 0 to 1: requests never arrive")
  private @Nullable Double loss;

  @Option(
      names = "--loss-replies",
      paramLabel = "SHARE",
      converter = Arguments.OfShare.class,
      description = "loses so many of the frames to the client: the call has had its effect")
  private @Nullable Double lossReplies;

  @Option(
      names = "--duplicate",
      paramLabel = "SHARE",
      converter = Arguments.OfShare.class,
      description = "passes so many of the frames to the server twice")
  private @Nullable Double duplicate;

  @Option(
      names = "--bandwidth",
      paramLabel = "BYTES",
      converter = Arguments.OfBytes.class,
      description = "lets so much pass a second, each way: 500, 10k (10,000), 2m (2,000,000)")
  private @Nullable Long bandwidth;

  @Option(
      names = "--reset-after",
      paramLabel = "BYTES",
      converter = Arguments.OfBytes.class,
      description = "resets each connection after so much in one direction")
  private @Nullable Long resetAfter;

  @Option(
      names = "--lose-connections",
      paramLabel = "SHARE",
      converter = Arguments.OfShare.class,
      description = "resets so many of the connections as soon as they are made")
  private @Nullable Double loseConnections;

  @Option(
      names = "--slow-close",
      paramLabel = "TIME",
      converter = Arguments.OfDuration.class,
      description = "passes the end of a connection on only after so long")
  private @Nullable Duration slowClose;

  @Option(names = "--black-hole", description = "accepts connections, and lets nothing pass")
  private boolean blackHole;

  /**
   * Sets the faults at a proxy. Each that needs chance has a seed of its own, so that one more does
   * not change what the others hit.
   *
   * @param seed of the loss to the server; the others have those that follow it
   */
  void applyTo(FaultProxy proxy, long seed) {
    for (Direction direction : Direction.values()) {
      if (latency != null) {
        proxy.delay(direction, latency);
      }
      if (bandwidth != null) {
        proxy.bandwidth(direction, bandwidth);
      }
      if (resetAfter != null) {
        proxy.cutAfter(direction, resetAfter);
      }
      if (slowClose != null) {
        proxy.slowClose(direction, slowClose);
      }
      if (blackHole) {
        proxy.stall(direction);
      }
    }
    if (loss != null) {
      proxy.loseFrames(Direction.TO_SERVER, loss, seed);
    }
    if (lossReplies != null) {
      proxy.loseFrames(Direction.TO_CLIENT, lossReplies, seed + 1);
    }
    if (duplicate != null) {
      proxy.duplicateFrames(Direction.TO_SERVER, duplicate, seed + 2);
    }
    if (loseConnections != null) {
      proxy.loseConnections(loseConnections, seed + 3);
    }
    if (jitter != null) {
      proxy.jitter(Direction.TO_SERVER, jitter, seed + 4);
      proxy.jitter(Direction.TO_CLIENT, jitter, seed + 5);
    }
  }

  /** In words, for who looks on. */
  @Override
  public String toString() {
    List<String> words = new ArrayList<>();
    add(words, "latency", latency);
    add(words, "jitter", jitter);
    add(words, "loss", loss);
    add(words, "loss of replies", lossReplies);
    add(words, "duplicates", duplicate);
    add(words, "bytes a second", bandwidth);
    add(words, "reset after bytes", resetAfter);
    add(words, "lost connections", loseConnections);
    add(words, "slow close", slowClose);
    if (blackHole) {
      words.add("black hole");
    }
    return words.isEmpty() ? "none" : String.join(", ", words);
  }

  private static void add(List<String> words, String name, @Nullable Object value) {
    if (value != null) {
      words.add(name + " " + (value instanceof Duration time ? time.toMillis() + " ms" : value));
    }
  }
}
