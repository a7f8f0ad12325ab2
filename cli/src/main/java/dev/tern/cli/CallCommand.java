package dev.tern.cli;

import dev.tern.core.EncodedJson;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.client.ClientBuilder;
import dev.tern.core.transport.HostPort;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Meta;
import dev.tern.transport.threads.ThreadsTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Calls one method of a server, or lists what it offers. */
@Command(
    name = "call",
    description = "Calls a method; without a method, lists what the server offers.",
    customSynopsis = {
      "tern call [OPTIONS] HOST:PORT METHOD [JSON | @FILE | - | NAME=VALUE ...]",
      "       tern call [OPTIONS] HOST:PORT"
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "The result goes to stdout as JSON, everything else to stderr. Ctrl-C and SIGTERM",
      "cancel the call.",
      "",
      "JSON is read strictly: with a name twice or a comma too many it is refused, and",
      "nothing is sent. A VALUE is JSON if it reads as such (1, true, null, [2]), else",
      "a string; what begins with a bracket or a quote must be JSON.",
      "",
      "Examples:",
      "  tern call 127.0.0.1:7070 add a=1 b=2",
      "  tern call -v --timeout 500ms 127.0.0.1:7070 divide '{\"a\": 1, \"b\": 3}'",
      "  tern call 127.0.0.1:7070"
    })
@SuppressWarnings("FieldCanBeFinal") // picocli sets the options
final class CallCommand implements Callable<Integer> {
  private final Terminal terminal;

  private @Nullable @Spec CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "HOST:PORT",
      converter = Arguments.OfAddress.class,
      description = "where the server listens; an IPv6 address in brackets")
  private @Nullable HostPort address;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "METHOD",
      description = "the method; none: list them")
  private @Nullable String method;

  @Parameters(
      index = "2..*",
      arity = "0..*",
      paramLabel = "PARAMS",
      description = "JSON (an object or an array), @FILE, - for stdin, or NAME=VALUE ...")
  private List<String> params = new ArrayList<>();

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = Arguments.OfDuration.class,
      description = "for the whole call, connecting included: 500ms, 2s, 1m (default: 10s)")
  private Duration timeout = ClientBuilder.DEFAULT_TIMEOUT;

  @Option(
      names = "--dialect",
      paramLabel = "v1|jsonrpc|bare",
      converter = Arguments.OfDialect.class,
      description = "what to speak (default: v1)")
  private Dialect dialect = Dialect.V1;

  @Option(names = "--notify", description = "send a notification: no result, no error")
  private boolean notification;

  @Option(
      names = {"-v", "--verbose"},
      description = "show the messages as they travel, and where the time went")
  private boolean verbose;

  CallCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    HostPort server = Objects.requireNonNull(address);
    byte[] encoded = encodedParams();
    CallTrace trace = new CallTrace(verbose ? terminal.err() : null, System::nanoTime);
    try (Wiretap transport = new Wiretap(new ThreadsTransport(), trace);
        Client client = client(transport, server);
        CancelAtStop _ = new CancelAtStop(client)) {
      return run(client, encoded, trace);
    } catch (RpcException e) {
      trace.finish();
      CallFailure.print(e, terminal.err());
      return ExitCode.of(e);
    }
  }

  private Client client(Wiretap transport, HostPort server) {
    ClientBuilder builder =
        Client.builder(transport)
            .dialect(dialect)
            .timeout(timeout)
            .connectTimeout(timeout)
            .frameBytes(Limits.MAX_FRAME_BYTES);
    if (verbose && dialect == Dialect.V1) {
      builder.filter(
          (request, next) -> next.handle(request.withMeta(request.meta().with(Meta.TIMING, true))));
    }
    return builder.connect(server.host(), server.port());
  }

  private int run(Client client, byte @Nullable [] encoded, CallTrace trace) {
    if (method == null) {
      list(client);
      trace.finish();
    } else if (notification) {
      client.notify(method, encoded == null ? null : new EncodedJson(encoded));
      trace.finish();
    } else {
      Response.Value response = client.callEncoded(method, encoded, CallOptions.DEFAULT);
      trace.finish();
      print(response.encoded());
    }
    return ExitCode.OK;
  }

  private void list(Client client) {
    MethodTable.Document document;
    try {
      document = client.call("rpc.discover", null, MethodTable.Document.class);
    } catch (RpcException e) {
      if (e.code().equals(ErrorCode.METHOD_NOT_FOUND.name())) {
        terminal.err().println("the server does not say what it offers; name a METHOD");
      }
      throw e;
    }
    MethodTable.lines(document).forEach(terminal.out()::println);
  }

  private void print(byte[] result) {
    if (terminal.isInteractive()) {
      terminal.out().println(PrettyJson.of(result));
    } else {
      terminal.out().writeBytes(result);
      terminal.out().println();
    }
  }

  private byte @Nullable [] encodedParams() {
    if (notification && method == null) {
      throw wrong("--notify without a METHOD (expected: HOST:PORT METHOD)");
    }
    if (notification && dialect == Dialect.BARE) {
      throw wrong("--notify with --dialect bare (expected: v1 or jsonrpc, bare has none)");
    }
    if (method != null && !method.matches("[\\x21-\\x7E]{1,256}")) {
      throw wrong("METHOD: \"" + method + "\" (expected: 1 to 256 visible ASCII characters)");
    }
    try {
      return CallParams.read(params, terminal.in());
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
  }
}
