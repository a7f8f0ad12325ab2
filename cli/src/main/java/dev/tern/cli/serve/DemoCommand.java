package dev.tern.cli.serve;

import ch.qos.logback.classic.Level;
import dev.tern.cli.options.TransportKind;
import dev.tern.cli.serve.DemoService.Add;
import dev.tern.cli.serve.DemoService.Divide;
import dev.tern.cli.terminal.ExitCode;
import dev.tern.cli.terminal.LogSetup;
import dev.tern.cli.terminal.Terminal;
import dev.tern.cli.terminal.Terminal.Color;
import dev.tern.cli.terminal.Version;
import dev.tern.cli.visit.CallFailure;
import dev.tern.cli.visit.Wiretap;
import dev.tern.core.Lane;
import dev.tern.core.RpcException;
import dev.tern.core.client.Client;
import dev.tern.core.server.Server;
import dev.tern.core.server.ServerBuilder;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;

/** Shows in a few seconds what Tern does, and whether it does. */
@Command(
    name = "demo",
    description = {
      "Shows in a few seconds what Tern does, and whether it does:",
      "calls, errors and 1,000 calls at once, over both transports; then one call in each",
      "encoding, and how many bytes it takes; an operation that happens once whatever is lost,",
      "one that outlives its client, and what losses cost in time;",
      "a flood that is refused, and a stop that loses nothing."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {"", "Exit code: 0 if all was as expected, 3 if it could not be written, else 1."})
public final class DemoCommand implements Callable<Integer> {
  private static final Duration CLOSING = Duration.ofSeconds(2);

  private final Terminal terminal;
  private final Claims claims;

  public DemoCommand(Terminal terminal) {
    this.terminal = terminal;
    this.claims = new Claims(terminal);
  }

  @Override
  public Integer call() throws IOException {
    // Failed calls are what is shown here: the log need not repeat them.
    LogSetup.level(Level.ERROR);
    long began = System.nanoTime();
    terminal.out().println(terminal.colored(Color.TITLE, "Tern " + Version.ofTern()));
    for (TransportKind kind : TransportKind.values()) {
      show(kind);
    }
    try (Transport transport = TransportKind.NETTY.open()) {
      new EncodingScene(transport, claims).show();
      new OnceScenes(transport, claims).show();
      new LossScene(transport, claims).show();
      new PressureScenes(transport, claims).show();
    }
    terminal.out().println();
    terminal
        .out()
        .println(
            claims.broken() == 0
                ? "all as expected in " + Claims.millis(Duration.ofNanos(System.nanoTime() - began))
                : terminal.colored(Color.BAD, "not as expected: " + claims.broken()));
    return claims.broken() == 0 ? ExitCode.OK : ExitCode.WRONG_USAGE;
  }

  private void show(TransportKind kind) throws IOException {
    Crowd crowd = new Crowd();
    try (Transport transport = kind.open();
        Wiretap wiretap = new Wiretap(transport, crowd)) {
      ServerBuilder builder = DemoService.offer(Server.builder(transport), Lane.VIRTUAL);
      crowd.offer(builder);
      Server server = builder.listen(0);
      try (Client client = Client.builder(wiretap).connect("127.0.0.1", server.port())) {
        claims.scene(kind.label(), "127.0.0.1:" + server.port());
        showCalls(client);
        showCrowd(crowd.call(client));
      }
      server.close(CLOSING);
    }
  }

  private void showCalls(Client client) {
    result("add(1, 2)", "3", () -> client.call(DemoService.ADD, new Add(1, 2)));
    result("divide(10, 4)", "2.5", () -> client.call(DemoService.DIVIDE, new Divide(10, 4)));
    error(
        "divide(10, 0)",
        "DIVISION_BY_ZERO",
        Executed.YES,
        () -> client.call(DemoService.DIVIDE, new Divide(10, 0)));
    error(
        "no.such.method()",
        ErrorCode.METHOD_NOT_FOUND.name(),
        Executed.NO,
        () -> client.call("no.such.method", null, Object.class));
    error(
        "inc(5)",
        ErrorCode.INVALID_PARAMS.name(),
        Executed.NO,
        () -> client.call("inc", List.of(5), Object.class));
  }

  private void result(String label, String expected, Supplier<Object> call) {
    String shown;
    boolean good;
    try {
      shown = String.valueOf(call.get());
      good = shown.equals(expected);
    } catch (RpcException e) {
      shown = CallFailure.headline(e);
      good = false;
    }
    claims.line(good, label, shown, expected);
  }

  private void error(String label, String code, Executed executed, Supplier<Object> call) {
    String shown;
    boolean good;
    try {
      shown = String.valueOf(call.get());
      good = false;
    } catch (RpcException e) {
      shown = CallFailure.headline(e) + "; " + CallFailure.verdict(e.executed());
      good = e.code().equals(code) && e.executed() == executed;
    }
    claims.line(good, label, shown, code + "; " + CallFailure.verdict(executed));
  }

  private void showCrowd(Crowd.Outcome outcome) {
    boolean good =
        outcome.right() == Crowd.CALLS
            && outcome.peak() == Crowd.CALLS
            && outcome.connections() == 1
            && outcome.overtaken() > 0;
    String calls = String.format(Locale.ROOT, "%,d", Crowd.CALLS);
    claims.line(
        good,
        calls + " calls at once",
        String.format(
            Locale.ROOT,
            "%,d in flight on %d connection%s, %,d right, %,d answered out of order, %s",
            outcome.peak(),
            outcome.connections(),
            outcome.connections() == 1 ? "" : "s",
            outcome.right(),
            outcome.overtaken(),
            Claims.millis(outcome.took())),
        calls + " in flight on 1 connection, " + calls + " right, some out of order");
  }
}
