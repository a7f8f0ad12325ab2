package dev.tern.cli.serve;

import ch.qos.logback.classic.Level;
import dev.tern.cli.options.Arguments;
import dev.tern.cli.options.LaneKind;
import dev.tern.cli.options.TransportKind;
import dev.tern.cli.terminal.ExitCode;
import dev.tern.cli.terminal.LogSetup;
import dev.tern.cli.terminal.Printable;
import dev.tern.cli.terminal.StopSignals;
import dev.tern.cli.terminal.Terminal;
import dev.tern.cli.terminal.Version;
import dev.tern.cli.terminal.WrongUsage;
import dev.tern.core.auth.TokenFile;
import dev.tern.core.limit.ConcurrencyLimit;
import dev.tern.core.outcome.MemoryStore;
import dev.tern.core.server.DrainReport;
import dev.tern.core.server.Server;
import dev.tern.core.server.ServerBuilder;
import dev.tern.core.tls.TlsServer;
import dev.tern.core.transport.HostPort;
import dev.tern.core.transport.Transport;
import dev.tern.testkit.ServerFaults;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Serves the demo methods until the process is told to stop. */
@Command(
    name = "serve",
    description = "Serves the demo methods: add, divide, inc, get, echo, sleep.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "inc happens once for each key: what became of it is kept in memory, and told again to who",
      "tries again. When that is used up, new operations are SERVER_BUSY; nothing is forgotten early.",
      "",
      "Ctrl-C and SIGTERM stop it: clients are told to go elsewhere, running calls may finish, and",
      "replies leave, within the grace. What still runs then is answered UNAVAILABLE and cut off.",
      "A second signal ends the grace, a third one the process; one that comes within a second of",
      "the one before counts for nothing, as supervisors often signal twice.",
      "A peer that keeps its end open, even an idle one, makes that about a second longer.",
      "Exit code: 0 if all of them did, 1 if some were cut off or it could not start, 3 if the"
          + " memory was used up; 130 or 143, the JVM's own, if a signal comes before it listens."
    })
@SuppressWarnings("FieldCanBeFinal") // picocli sets the options
public final class ServeCommand implements Callable<Integer> {
  /** How long a word about the end may take. */
  private static final Duration SAYING = Duration.ofMillis(500);

  /** After so long somebody wants to know what a stop waits for. */
  private static final Duration SILENCE = Duration.ofSeconds(1);

  private final Terminal terminal;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      converter = Arguments.OfHost.class,
      description = "address to listen on (default: ${DEFAULT-VALUE})")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      converter = Arguments.OfPort.class,
      description = "port to listen on, 0 for a free one (default: ${DEFAULT-VALUE})")
  private int port = 7070;

  @Option(
      names = "--transport",
      paramLabel = "netty|threads",
      converter = Arguments.OfTransport.class,
      description = "what carries the bytes (default: netty)")
  private TransportKind transportKind = TransportKind.NETTY;

  @Option(
      names = "--lane",
      paramLabel = "virtual|inline",
      converter = Arguments.OfLane.class,
      description =
          "where methods that never block run: each call on a virtual thread, or on the thread that"
              + " read it (default: virtual)")
  private LaneKind lane = LaneKind.VIRTUAL;

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      converter = Arguments.OfDuration.class,
      description = "how long stopping may take: 500ms, 2s, 1m (default: 10s)")
  private Duration grace = Server.DEFAULT_GRACE;

  @Option(
      names = "--log",
      paramLabel = "LEVEL",
      converter = Arguments.OfLevel.class,
      description =
          "error, warn (calls that failed), info or debug (every call but rpc.ping and the like);"
              + " on stderr (default: warn)")
  private @Nullable Level level;

  @Option(
      names = "--auth-tokens",
      paramLabel = "FILE",
      description =
          "who may call: the lines that tern token makes; read again each second (default: anybody"
              + " may)")
  private @Nullable Path authTokens;

  @Option(
      names = "--stats",
      description = "tell callers who ask what this server counts (tern top shows it)")
  private boolean tellStats;

  @Mixin private final ServeTls tls = new ServeTls();

  @Mixin private final ServeMemory memory = new ServeMemory();

  @Mixin private final ServeConnections connections = new ServeConnections();

  @Mixin private final ServeEncodings encodings = new ServeEncodings();

  @Mixin private final ServeLimit limit = new ServeLimit();

  @Mixin private final ServeFaults faults = new ServeFaults();

  public ServeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    faults.refuseDelayOn(lane);
    ConcurrencyLimit chosen = limit.chosen();
    if (level != null) {
      LogSetup.level(level);
    }
    try (TokenFile tokens = openTokens();
        TlsServer secured = tls.open();
        Transport plain = transportKind.open();
        MemoryStore outcomes = memory.store()) {
      Server server;
      try {
        Transport transport = secured == null ? plain : secured.over(plain);
        server = listen(transport, outcomes, tokens, chosen);
      } catch (IOException e) {
        terminal.err().println("tern serve: " + Printable.text(reason(e)));
        return ExitCode.WRONG_USAGE;
      }
      return serveUntilStopped(server);
    }
  }

  private @Nullable TokenFile openTokens() {
    try {
      return authTokens == null ? null : TokenFile.open(authTokens);
    } catch (NoSuchFileException _) {
      throw new WrongUsage(
          "--auth-tokens: no file " + authTokens + " (tern token makes its lines)");
    } catch (AccessDeniedException _) {
      throw new WrongUsage(
          "--auth-tokens " + authTokens + ": no permission to read it (expected: a file of yours)");
    } catch (IOException e) {
      throw new WrongUsage(
          "--auth-tokens "
              + authTokens
              + ": "
              + e.getMessage()
              + " (expected: a file with the lines that tern token makes)");
    } catch (IllegalArgumentException e) {
      throw new WrongUsage("--auth-tokens " + authTokens + ": " + e.getMessage());
    }
  }

  private Server listen(
      Transport transport,
      MemoryStore outcomes,
      @Nullable TokenFile tokens,
      @Nullable ConcurrencyLimit running)
      throws IOException {
    ServerBuilder builder = Server.builder(transport).outcomes(outcomes).tellStats(tellStats);
    connections.set(builder);
    encodings.set(builder);
    if (tokens != null) {
      builder.authenticate(tokens);
    }
    if (running != null) {
      builder.limit(running);
    }
    if (faults.isAny()) {
      ServerFaults chosen = faults.chosen();
      DemoService.offer(builder.filter(chosen.filter()), lane.lane(), chosen);
    } else {
      DemoService.offer(builder, lane.lane());
    }
    return builder.listen(new InetSocketAddress(host, port));
  }

  private int serveUntilStopped(Server server) {
    StopRequests requests = new StopRequests();
    Runnable stop = () -> told(server, requests.next(System.nanoTime()));
    if (!StopSignals.handle(stop)) {
      Runtime.getRuntime().addShutdownHook(new Thread(stop, "tern-stop"));
    }
    terminal
        .out()
        .println(
            "listening on "
                + new HostPort(host, server.port())
                + " ("
                + transportKind.label()
                + ", "
                + lane.label()
                + " lane); "
                + memory
                + tls
                + (authTokens == null
                    ? ""
                    : tls.wantsCertificates()
                        ? "; a token says who calls in its place"
                        : "; callers need a token")
                + "; Ctrl-C stops");
    if (faults.isAny()) {
      terminal.out().println("faults: " + faults);
    }
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // only tests interrupt it
    }
    return stop(server);
  }

  /**
   * The first time that the process is told to stop, it does so with care; the second time it cuts
   * off what still runs; the third time it ends at once. Halts it, because its exit code would be
   * that of the signal otherwise.
   */
  private void told(Server server, StopRequests.Meaning meaning) {
    switch (meaning) {
      case STOP -> Runtime.getRuntime().halt(stop(server));
      case HURRY -> server.drain(Duration.ZERO); // which ends the one above, and it the process
      case AT_ONCE -> {
        say("stopped at once; calls cut off: " + server.stats().inFlight());
        Runtime.getRuntime().halt(ExitCode.WRONG_USAGE);
      }
      case NOTHING -> {}
    }
  }

  /** Says it if anybody reads that: a pipe that is full must not keep the process from its end. */
  private void say(String words) {
    Thread saying = Thread.ofPlatform().daemon().start(() -> terminal.err().println(words));
    boolean interrupted = Thread.interrupted(); // by tests only
    try {
      saying.join(SAYING);
    } catch (InterruptedException _) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private int stop(Server server) {
    long running = server.stats().inFlight();
    if (running > 0) {
      say("stopping; calls that still run: " + running + " (Ctrl-C again: cut off)");
    }
    AtomicBoolean over = new AtomicBoolean(running > 0);
    CompletableFuture.delayedExecutor(SILENCE.toMillis(), TimeUnit.MILLISECONDS)
        .execute(
            () -> {
              if (!over.get()) {
                say(
                    String.format(
                        Locale.ROOT,
                        "stopping; connections that have not ended: %d (%.1f s at most; Ctrl-C again:"
                            + " cut off)",
                        server.stats().connections(),
                        grace.toMillis() / 1_000.0));
              }
            });
    DrainReport report = server.drain(grace);
    over.set(true);
    long calls = server.stats().inFlight();
    if (report.isClean() && calls == 0) {
      say("stopped");
      return ExitCode.OK;
    }
    say(
        ("stopped; connections cut off: %d, calls cut off: %d (of which had begun: %d),"
                + " operations cut off: %d, calls that still run: %d")
            .formatted(
                report.connections(),
                report.notBegun() + report.mayHaveRun(),
                report.mayHaveRun(),
                report.operations(),
                calls));
    return ExitCode.WRONG_USAGE;
  }

  /** A failure in plain words, whichever library it comes from. */
  private String reason(IOException e) {
    String message = String.valueOf(e.getMessage());
    String lower = message.toLowerCase(Locale.ROOT);
    if (lower.contains("in use")) {
      return "port "
          + port
          + " on "
          + host
          + " is in use (expected: a free one; --port 0 picks one)";
    }
    if (lower.contains("not an address of this machine")) {
      return host
          + " is no address of this machine (expected: one of its own; 0.0.0.0 is all of them)";
    }
    if (lower.contains("no permission")) {
      return "port "
          + port
          + " on "
          + host
          + " is not for this user (expected: a port from 1024 on)";
    }
    return message;
  }
}
