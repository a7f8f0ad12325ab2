package dev.tern.cli.faults;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.tern.cli.options.Arguments;
import dev.tern.cli.options.Seed;
import dev.tern.cli.terminal.ExitCode;
import dev.tern.cli.terminal.Printable;
import dev.tern.cli.terminal.StopSignals;
import dev.tern.cli.terminal.Terminal;
import dev.tern.cli.terminal.Version;
import dev.tern.core.transport.HostPort;
import dev.tern.testkit.FaultCounts;
import dev.tern.testkit.FaultProxy;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A bad network in front of a server, until the process is told to stop. */
@Command(
    name = "faults",
    description = "Stands between clients and a server as a bad network.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "Clients connect to --listen instead of the server. --loss, --loss-replies and",
      "--duplicate are for services of Tern's; the others work for any over TCP.",
      "Ctrl-C stops it, and it tells what it did.",
      "",
      "Examples:",
      "  tern faults --listen 127.0.0.1:7071 --to 127.0.0.1:7070 --latency 50ms",
      "  tern faults --listen 127.0.0.1:7071 --to 127.0.0.1:7070 --loss 0.1 --seed 7"
    })
@SuppressWarnings("FieldCanBeFinal") // picocli sets the options
public final class FaultsCommand implements Callable<Integer> {
  /** So often it tells a person what it does. */
  private static final int REPORT_SECONDS = 10;

  private final Terminal terminal;

  @Option(
      names = "--listen",
      required = true,
      paramLabel = "HOST:PORT",
      converter = Arguments.OfListening.class,
      description = "where clients connect to; port 0 for a free one")
  private @Nullable HostPort listen;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "HOST:PORT",
      converter = Arguments.OfAddress.class,
      description = "where the server listens; an IPv6 address in brackets")
  private @Nullable HostPort to;

  @Mixin private final FaultOptions faults = new FaultOptions();

  @Mixin private final Seed seed = new Seed();

  /** Makes the command. */
  public FaultsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    HostPort target = Objects.requireNonNull(to);
    FaultProxy proxy;
    try {
      proxy = FaultProxy.listen(address(Objects.requireNonNull(listen)), address(target));
    } catch (UncheckedIOException | IllegalArgumentException e) {
      terminal.err().println("tern faults: " + Printable.text(String.valueOf(e.getMessage())));
      return ExitCode.WRONG_USAGE;
    }
    faults.applyTo(proxy, seed.value());
    return runUntilStopped(proxy, target);
  }

  private static InetSocketAddress address(HostPort address) {
    return InetSocketAddress.createUnresolved(address.host(), address.port());
  }

  private int runUntilStopped(FaultProxy proxy, HostPort target) {
    Runnable stop = () -> Runtime.getRuntime().halt(stop(proxy));
    if (!StopSignals.handle(stop)) {
      Runtime.getRuntime().addShutdownHook(new Thread(stop, "tern-stop"));
    }
    terminal
        .out()
        .println(
            "listening on " + HostPort.of(proxy.address()) + ", to " + target + "; Ctrl-C stops");
    terminal.out().println("faults: " + faults + "; seed " + seed.value());
    CountDownLatch never = new CountDownLatch(1);
    try {
      while (!never.await(REPORT_SECONDS, SECONDS)) {
        if (terminal.isInteractive()) {
          terminal.out().println(report(proxy.counts()));
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // only tests interrupt it
    }
    return stop(proxy);
  }

  private int stop(FaultProxy proxy) {
    proxy.close();
    terminal.out().println(report(proxy.counts()));
    terminal.out().flush();
    return ExitCode.OK;
  }

  /** What it did, in a line. */
  static String report(FaultCounts counts) {
    return String.format(
        Locale.ROOT,
        "connections: %d (lost %d, refused %d, cut %d); to server: %s; to client: %s",
        counts.connections(),
        counts.lostConnections(),
        counts.refusedConnections(),
        counts.cutConnections(),
        way(counts.toServer()),
        way(counts.toClient()));
  }

  private static String way(FaultCounts.Way way) {
    return String.format(
        Locale.ROOT,
        "%d frames came, %d lost, %d twice, %d bytes passed on",
        way.frames(),
        way.lostFrames(),
        way.duplicatedFrames(),
        way.bytes());
  }
}
