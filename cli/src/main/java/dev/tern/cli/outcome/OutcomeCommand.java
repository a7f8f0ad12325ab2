package dev.tern.cli.outcome;

import dev.tern.cli.offer.JsonTree;
import dev.tern.cli.offer.Offer;
import dev.tern.cli.options.Arguments;
import dev.tern.cli.terminal.ExitCode;
import dev.tern.cli.terminal.PrettyJson;
import dev.tern.cli.terminal.Printable;
import dev.tern.cli.terminal.Terminal;
import dev.tern.cli.terminal.Version;
import dev.tern.cli.terminal.WrongUsage;
import dev.tern.cli.visit.EncodingOption;
import dev.tern.cli.visit.ServerOptions;
import dev.tern.core.Effect;
import dev.tern.core.EncodedJson;
import dev.tern.core.Method;
import dev.tern.core.OperationToken;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.client.OperationOutcome;
import dev.tern.core.transport.HostPort;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
      "       tern outcome [OPTIONS] HOST:PORT METHOD KEY [--fence]"
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
      "So the fence of a KEY holds off all attempts that have begun, but one may have run before",
      "and be forgotten: it ends as STALE does.",
      "It remembers nothing of a METHOD that it has not got, or that is not declared ONCE: both",
      "are told on stderr, if the server says what it offers.",
      "",
      "Examples:",
      "  tern outcome 127.0.0.1:7070 tern1.eyJtZXR…",
      "  tern outcome 127.0.0.1:7070 inc 0b0c5f9a-6f0e-4f0e-9f0e-0123456789ab"
    })
@SuppressWarnings("FieldCanBeFinal") // picocli sets the options
public final class OutcomeCommand implements Callable<Integer> {
  /** What a server says of an operation that it has not seen. */
  private static final Set<OperationOutcome.State> HAS_NOT_RUN =
      EnumSet.of(OperationOutcome.State.UNKNOWN, OperationOutcome.State.FENCED);

  /** As {@link #HAS_NOT_RUN}, of a server that cannot even tell that. */
  private static final Set<String> NOT_KNOWN =
      Set.of(ErrorCode.STALE.name(), ErrorCode.METHOD_NOT_FOUND.name());

  /** A better message is worth no more. */
  private static final Duration TO_EXPLAIN = Duration.ofSeconds(1);

  private final Terminal terminal;

  @Mixin private final ServerOptions serverOptions = new ServerOptions();

  @Mixin private final EncodingOption encoding = new EncodingOption();

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
      description = "make sure that it does not run any more, unless it runs or is over")
  private boolean fence;

  public OutcomeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    OperationToken token = key == null ? token() : null;
    if (token == null && fence) {
      checkMethodAndKey();
    }
    String method = token == null ? operation : token.method();
    List<String> beside = new ArrayList<>();
    return serverOptions.visit(
        terminal,
        Objects.requireNonNull(address),
        builder -> encoding.set(builder, serverOptions.dialect()),
        (client, options) -> {
          try {
            OperationOutcome outcome = ask(client, token, options);
            int code = tell(outcome);
            if (HAS_NOT_RUN.contains(outcome.state())) {
              ofMethod(client, method, options).forEach(this::note);
            }
            return code;
          } catch (RpcException e) {
            if (NOT_KNOWN.contains(e.code())) {
              beside.addAll(ofMethod(client, method, options));
            }
            throw e;
          }
        },
        e -> {
          explain(e);
          beside.forEach(this::note);
        });
  }

  /**
   * Why the server can know nothing of operations of this method, whatever their key; empty if it
   * can, or does not say what it offers.
   */
  private List<String> ofMethod(Client client, String method, CallOptions options) {
    Offer offer;
    try {
      CallOptions soon = options.withTimeout(min(serverOptions.timeout(), TO_EXPLAIN));
      offer = Offer.of(client.callEncoded(Offer.DISCOVER, null, soon).encoded());
    } catch (RpcException _) {
      return List.of(); // what was asked for is told all the same
    }
    String why = offer.ifForgotten(method, Objects.requireNonNull(address));
    return why == null ? List.of() : List.of(why);
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private void note(String line) {
    terminal.err().println(Printable.text(line));
  }

  private OperationToken token() {
    try {
      return OperationToken.parse(operation);
    } catch (IllegalArgumentException e) {
      throw new WrongUsage(e.getMessage() + "; or METHOD and KEY");
    }
  }

  private void checkMethodAndKey() {
    if (serverOptions.dialect() != Dialect.V1) {
      throw new WrongUsage(
          "--fence of a KEY with --dialect %s (expected: v1, which tells the store's clock)"
              .formatted(serverOptions.dialect().label()));
    }
    try {
      var _ = CallOptions.DEFAULT.withKey(Objects.requireNonNull(key));
      var _ = ofOnce();
    } catch (IllegalArgumentException e) {
      throw new WrongUsage("METHOD and KEY: " + e.getMessage());
    }
  }

  private OperationOutcome ask(Client client, @Nullable OperationToken token, CallOptions options) {
    if (fence) {
      OperationToken since = token == null ? begunNow(client, options) : token;
      return client.fence(since, options);
    }
    return token == null
        ? client.outcome(operation, Objects.requireNonNull(key), options)
        : client.outcome(token, options);
  }

  /**
   * The operation of the key, as if it began now: all that is known of it. So its fence outlasts
   * whatever has begun, and says nothing of what has ended.
   */
  private OperationToken begunNow(Client client, CallOptions options) {
    return client.operation(ofOnce(), options.withKey(Objects.requireNonNull(key)));
  }

  private Method<?, ?> ofOnce() {
    return Method.of(operation, EncodedJson.class, EncodedJson.class).effect(Effect.ONCE);
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
      case FENCED ->
          !fence
              ? ExitCode.of(ErrorCode.CONFLICT)
              : key == null ? ExitCode.OK : ExitCode.of(ErrorCode.STALE);
    };
  }

  private static String code(EncodedJson error) {
    return JsonTree.of(error.bytes()) instanceof Map<?, ?> members
            && members.get("code") instanceof String code
        ? code
        : "";
  }

  private String words(OperationOutcome outcome) {
    return switch (outcome.state()) {
      case DONE ->
          outcome.hasResult()
              ? "done: it is over, with a result"
              : "done: it is over, with an error of the method's";
      case RUNNING -> "running: it has begun, and is not over";
      case UNKNOWN -> "unknown: it has not run; an attempt at it would run it";
      case FAILED -> "failed: it ended half-way; nobody knows whether it had its effect";
      case NOT_KEPT -> "not kept: it has succeeded; its result was too large to keep";
      case FENCED ->
          key == null
              ? "fenced: it has not run, and never will"
              : "fenced: no attempt that has begun runs it any more; it may have run before, and"
                  + " been forgotten";
    };
  }

  private void explain(RpcException e) {
    if (e.code().equals(ErrorCode.METHOD_NOT_FOUND.name())) {
      terminal.err().println("the server remembers no operations");
    } else if (!e.isRemote()) {
      boolean mayBeFenced = fence && e.executed() != Executed.NO;
      terminal
          .err()
          .println(
              mayBeFenced
                  ? "the operation may be fenced now; ask again"
                  : "nothing new is known of the operation; ask again");
    }
  }
}
