package dev.tern.cli.outcome;

import dev.tern.cli.call.PrettyJson;
import dev.tern.cli.offer.JsonTree;
import dev.tern.cli.options.Arguments;
import dev.tern.cli.terminal.ExitCode;
import dev.tern.cli.terminal.Terminal;
import dev.tern.cli.terminal.Version;
import dev.tern.cli.terminal.WrongUsage;
import dev.tern.cli.visit.ServerOptions;
import dev.tern.core.EncodedJson;
import dev.tern.core.OperationToken;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.client.OperationOutcome;
import dev.tern.core.transport.HostPort;
import dev.tern.protocol.ErrorCode;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks a server what became of an operation that must happen once. */
@Command(
    name = "outcome",
    description = "Tells what became of an operation of a method that must happen once.",
    customSynopsis = {
      "tern outcome [OPTIONS] HOST:PORT TOKEN [--fence]",
      "       tern outcome [OPTIONS] HOST:PORT METHOD KEY"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "The first line tells the state: done, running, failed, not kept, fenced or unknown.",
      "Behind \"done\" a second one has the result or the error, as JSON. The exit code of an",
      "operation that is over is what one more attempt at it would end with.",
      "",
      "A call of such a method that may have run prints its TOKEN. With a KEY alone the",
      "server cannot tell an operation that never was from one that it has forgotten: STALE.",
      "",
      "Examples:",
      "  tern outcome 127.0.0.1:7070 tern1.eyJtZXR…",
      "  tern outcome 127.0.0.1:7070 inc 0b0c5f9a-6f0e-4f0e-9f0e-0123456789ab"
    })
@SuppressWarnings("FieldCanBeFinal") // picocli sets the options
public final class OutcomeCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private final ServerOptions serverOptions = new ServerOptions();

  @Parameters(
      index = "0",
      paramLabel = "HOST:PORT",
      converter = Arguments.OfAddress.class,
      description = "where the server listens; an IPv6 address in brackets")
  private @Nullable HostPort address;

  @Parameters(
      index = "1",
      paramLabel = "TOKEN|METHOD",
      description = "the operation's token, or its method")
  private String operation = "";

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "KEY",
      description = "behind a method: the operation's key")
  private @Nullable String key;

  @Option(
      names = "--fence",
      description = "make sure that it never runs, unless it runs or is over; for a TOKEN")
  private boolean fence;

  public OutcomeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (fence && key != null) {
      throw new WrongUsage(
          "--fence with a KEY (expected: a TOKEN, which tells when the operation began)");
    }
    OperationToken token = key == null ? token() : null;
    return serverOptions.visit(
        terminal,
        Objects.requireNonNull(address),
        (client, options) -> tell(ask(client, token, options)),
        this::explain);
  }

  private OperationToken token() {
    try {
      return OperationToken.parse(operation);
    } catch (IllegalArgumentException e) {
      throw new WrongUsage(e.getMessage() + "; or METHOD and KEY");
    }
  }

  private OperationOutcome ask(Client client, @Nullable OperationToken token, CallOptions options) {
    if (token == null) {
      return client.outcome(operation, Objects.requireNonNull(key), options);
    }
    return fence ? client.fence(token, options) : client.outcome(token, options);
  }

  private int tell(OperationOutcome outcome) {
    terminal.out().println(words(outcome));
    EncodedJson error = outcome.error();
    if (outcome.state() == OperationOutcome.State.DONE) {
      PrettyJson.print(error == null ? outcome.encoded() : error.bytes(), terminal);
    }
    return switch (outcome.state()) {
      case DONE -> error == null ? ExitCode.OK : ExitCode.of(ErrorCode.ofName(code(error)));
      case RUNNING -> ExitCode.RUNNING;
      case UNKNOWN -> ExitCode.UNKNOWN;
      case FAILED -> ExitCode.of(ErrorCode.INTERNAL);
      case NOT_KEPT -> ExitCode.of(ErrorCode.TOO_LARGE);
      case FENCED -> fence ? ExitCode.OK : ExitCode.of(ErrorCode.CONFLICT);
    };
  }

  private static String code(EncodedJson error) {
    return JsonTree.of(error.bytes()) instanceof Map<?, ?> members
            && members.get("code") instanceof String code
        ? code
        : "";
  }

  private static String words(OperationOutcome outcome) {
    return switch (outcome.state()) {
      case DONE ->
          outcome.hasResult()
              ? "done: it is over, with a result"
              : "done: it is over, with an error of the method's";
      case RUNNING -> "running: it has begun, and is not over";
      case UNKNOWN -> "unknown: it has not run; an attempt at it would run it";
      case FAILED -> "failed: it ended half-way; nobody knows whether it had its effect";
      case NOT_KEPT -> "not kept: it has succeeded; its result was too large to keep";
      case FENCED -> "fenced: it has not run, and never will";
    };
  }

  private void explain(RpcException e) {
    if (e.code().equals(ErrorCode.METHOD_NOT_FOUND.name())) {
      terminal.err().println("the server remembers no operations");
    }
  }
}
