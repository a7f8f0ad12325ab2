package dev.tern.cli.top;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.tern.cli.options.Arguments;
import dev.tern.cli.terminal.ExitCode;
import dev.tern.cli.terminal.Terminal;
import dev.tern.cli.terminal.Version;
import dev.tern.cli.visit.ServerOptions;
import dev.tern.core.RpcException;
import dev.tern.core.TypeRef;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.transport.HostPort;
import dev.tern.protocol.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a server counts, until the process is told to stop. */
@Command(
    name = "top",
    description = "Shows live what a server does: calls, refusals, connections, bytes.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "The server must let callers ask: tern serve --stats. In a terminal it draws a",
      "screen again and again, else it prints a line each time. Ctrl-C stops it.",
      "",
      "Examples:",
      "  tern top 127.0.0.1:7070",
      "  tern top 127.0.0.1:7070 --interval 5s --count 12 > load.txt"
    })
@SuppressWarnings("FieldCanBeFinal") // picocli sets the options
public final class TopCommand implements Callable<Integer> {
  /** Moves to the upper left corner and clears what is below. */
  private static final String CLEAR = "\u001b[H\u001b[J";

  private final Terminal terminal;

  @Mixin private final ServerOptions serverOptions = new ServerOptions();

  @Parameters(
      index = "0",
      paramLabel = "HOST:PORT",
      converter = Arguments.OfAddress.class,
      description = "where the server listens; an IPv6 address in brackets")
  private @Nullable HostPort address;

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      converter = Arguments.OfDuration.class,
      description = "how often to look: 500ms, 2s, 1m (default: 1s)")
  private Duration interval = Duration.ofSeconds(1);

  @Option(
      names = "--count",
      paramLabel = "N",
      converter = Arguments.OfCalls.class,
      description = "how often to show something before ending (default: until it is stopped)")
  private @Nullable Integer count;

  public TopCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    return serverOptions.visit(
        terminal, Objects.requireNonNull(address), this::show, this::explain);
  }

  private int show(Client client, CallOptions options) {
    Screen screen = new Screen(String.valueOf(address));
    CountDownLatch never = new CountDownLatch(1);
    int left = count == null ? Integer.MAX_VALUE : count;
    while (true) {
      Sample sample = sample(client, options);
      List<String> lines = terminal.isInteractive() ? screen.screen(sample) : screen.lines(sample);
      if (terminal.isInteractive()) {
        terminal.out().print(CLEAR);
      }
      lines.forEach(terminal.out()::println);
      left -= lines.isEmpty() ? 0 : 1;
      boolean isUnread = terminal.out().checkError(); // which flushes, too
      if (left == 0 || isUnread || isInterrupted(never)) {
        return ExitCode.OK;
      }
    }
  }

  /** Waits until it is time to look again. */
  private boolean isInterrupted(CountDownLatch never) {
    try {
      var _ = never.await(interval.toNanos(), NANOSECONDS);
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private static Sample sample(Client client, CallOptions options) {
    Map<String, Object> reply =
        client.call("rpc.stats", null, new TypeRef<Map<String, Object>>() {}, options);
    return Sample.of(reply, System.nanoTime());
  }

  private void explain(RpcException e) {
    if (e.code().equals(ErrorCode.METHOD_NOT_FOUND.name())) {
      terminal.err().println("the server does not tell (expected: tern serve --stats)");
    } else if (e.code().equals(ErrorCode.FORBIDDEN.name())) {
      terminal.err().println("the line of this token must name rpc.stats");
    }
  }
}
