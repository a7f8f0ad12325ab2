package dev.tern.cli.serve;

import dev.tern.cli.options.Arguments;
import dev.tern.cli.terminal.WrongUsage;
import dev.tern.core.server.ServerBuilder;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How long connections are kept, and how the server lets go of them when it stops. */
@SuppressWarnings("FieldCanBeFinal") // picocli sets the options
final class ServeConnections {
  @Option(
      names = "--drain-delay",
      paramLabel = "TIME",
      converter = Arguments.OfDuration.class,
      description =
          "how long stopping goes on accepting after rpc.health says draining: as long as a balancer"
              + " takes to notice (default: not at all)")
  private Duration drainDelay = Duration.ZERO;

  @Option(
      names = "--heartbeat",
      paramLabel = "TIME",
      converter = Arguments.OfDuration.class,
      description =
          "the silence after which a client whose calls run is asked whether it is there; after half"
              + " as long again it is taken for gone (default: 20s)")
  private @Nullable Duration heartbeat;

  @Option(
      names = "--idle",
      paramLabel = "TIME",
      converter = Arguments.OfDuration.class,
      description = "closes connections that have been without a call for so long (default: never)")
  private @Nullable Duration idle;

  @Option(
      names = "--max-age",
      paramLabel = "TIME",
      converter = Arguments.OfDuration.class,
      description =
          "sends clients to a new connection after so long, give or take a tenth (default: never)")
  private @Nullable Duration maxAge;

  /**
   * Sets what was chosen.
   *
   * @throws WrongUsage if a time is none that it may be
   */
  void set(ServerBuilder builder) {
    try {
      trySet(builder);
    } catch (IllegalArgumentException e) {
      throw new WrongUsage(String.valueOf(e.getMessage()));
    }
  }

  private void trySet(ServerBuilder builder) {
    builder.drainDelay(drainDelay);
    if (heartbeat != null) {
      builder.heartbeat(heartbeat, heartbeat.dividedBy(2));
    }
    if (idle != null) {
      builder.idleTimeout(idle);
    }
    if (maxAge != null) {
      builder.maxConnectionAge(maxAge);
    }
  }
}
