package dev.tern.cli.call;

import dev.tern.cli.offer.MethodTable;
import dev.tern.cli.offer.Offer;
import dev.tern.cli.options.Arguments;
import dev.tern.cli.terminal.ExitCode;
import dev.tern.cli.terminal.Printable;
import dev.tern.cli.terminal.Similar;
import dev.tern.cli.terminal.Terminal;
import dev.tern.cli.terminal.Version;
import dev.tern.cli.terminal.WrongUsage;
import dev.tern.cli.visit.CallTrace;
import dev.tern.cli.visit.ServerOptions;
import dev.tern.cli.visit.Visit;
import dev.tern.cli.visit.Wiretap;
import dev.tern.core.EncodedJson;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.client.ClientBuilder;
import dev.tern.core.transport.HostPort;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Meta;
import dev.tern.protocol.envelope.Text;
import dev.tern.transport.threads.ThreadsTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Calls one method of a server, or lists what it offers. */
@Command(
    name = CallCommand.NAME,
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
      "a string; what begins with a bracket or a quote must be JSON. If the server then",
      "refuses the params, it is asked what it declares, and called again with strings",
      "where those are declared: sku=5 may be either. NAME:=JSON is JSON and nothing else.",
      "",
      "Examples:",
      "  tern call 127.0.0.1:7070 add a=1 b=2",
      "  tern call -v --timeout 500ms 127.0.0.1:7070 divide '{\"a\": 1, \"b\": 3}'",
      "  tern call --meta tenant=acme --key order-7 127.0.0.1:7070 inc key=orders",
      "  tern call 127.0.0.1:7070"
    })
@SuppressWarnings("FieldCanBeFinal") // picocli sets the options
public final class CallCommand implements Callable<Integer> {
  public static final String NAME = "call";

  /**
   * So long a call that has ended waits for what the server offers, to warn of names that it does
   * not know: a server that tells it at all has done so by then, and nobody notices the wait.
   */
  private static final Duration BESIDE = Duration.ofMillis(100);

  /** So long a call that has failed waits for it: a better message is worth no more. */
  private static final Duration ON_FAILURE = Duration.ofSeconds(1);

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
      names = "--key",
      paramLabel = "KEY",
      description = "the operation's identity, the same at each attempt to have it done")
  private @Nullable String key;

  @Option(names = "--notify", description = "send a notification: no result, no error")
  private boolean notification;

  @Option(
      names = {"-v", "--verbose"},
      description = "show the messages as they travel (but for the token), and where the time went")
  private boolean verbose;

  public CallCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * The command that these arguments are, if they have no options; else null. picocli takes a third
   * of the time of a call, mostly to read the annotations above.
   *
   * @param arguments the command's name first
   */
  public static @Nullable CallCommand plain(Terminal terminal, String... arguments) {
    List<String> all = List.of(arguments);
    if (all.size() < 2
        || !all.getFirst().equals(NAME)
        || all.stream().anyMatch(CallCommand::isOption)) {
      return null;
    }
    CallCommand plain = new CallCommand(terminal);
    try {
      plain.address = new Arguments.OfAddress().convert(all.get(1));
    } catch (TypeConversionException e) {
      return null; // which picocli tells
    }
    plain.method = all.size() == 2 ? null : all.get(2);
    plain.params = all.subList(Math.min(3, all.size()), all.size());
    return plain;
  }

  private static boolean isOption(String argument) {
    return argument.startsWith("-") && argument.length() > 1;
  }

  @Override
  public Integer call() {
    HostPort server = Objects.requireNonNull(address);
    checkUsage();
    CallParams read = orWrong(() -> CallParams.read(params, terminal.in()));
    CallOptions beside = orWrong(() -> serverOptions.callOptions(terminal.environment()));
    CallOptions options = orWrong(() -> withKey(beside));
    long deadlineNanos = System.nanoTime() + serverOptions.timeout().toNanos();
    try (ThreadsTransport sockets = new ThreadsTransport()) {
      Discovery discovery =
          new Discovery(
              () -> serverOptions.client(sockets).connect(server.host(), server.port()), beside);
      CallTrace trace =
          new CallTrace(
              verbose ? terminal.err() : null,
              System::nanoTime,
              options.auth(),
              asksBeside(read) ? discovery::ask : () -> {});
      Course course = new Course(read, options, deadlineNanos, discovery);
      return new Visit(terminal, server, trace)
          .run(
              client(new Wiretap(sockets, trace)),
              client -> run(client, course, trace),
              e -> explain(e, course));
    }
  }

  /** What a call is made of, and how long it may take. */
  private record Course(
      CallParams params, CallOptions options, long deadlineNanos, Discovery discovery) {

    Duration left() {
      return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
    }

    /** What the server offers, asked for if that was not done before; null if it does not say. */
    @Nullable Offer offer() {
      discovery.ask();
      return offerWithin(ON_FAILURE);
    }

    /** What the server offers, if it was asked and says so in time; else null. */
    @Nullable Offer offerWithin(Duration most) {
      Duration left = left();
      return discovery.within(left.compareTo(most) < 0 ? left : most);
    }
  }

  /** Not in the bare dialect: its servers are simple, and may serve one connection at a time. */
  private boolean asksBeside(CallParams read) {
    return read.areNamed() && !notification && serverOptions.dialect() != Dialect.BARE;
  }

  private CallOptions withKey(CallOptions options) {
    if (key == null) {
      return options;
    }
    switch (serverOptions.dialect()) {
      case V1 -> {}
      case BARE -> {
        if (!Text.isId(key, Limits.DEFAULT)) {
          throw new IllegalArgumentException(
              "--key: over 128 bytes, or with control characters (expected: what can be an id)");
        }
      }
      case JSONRPC ->
          throw new IllegalArgumentException(
              "--key with --dialect jsonrpc (expected: v1 or bare, jsonrpc has no place for it)");
    }
    return options.withKey(key);
  }

  private ClientBuilder client(Transport transport) {
    ClientBuilder builder = serverOptions.client(transport);
    if (verbose && serverOptions.dialect() == Dialect.V1) {
      builder.filter(
          (request, next) -> next.handle(request.withMeta(request.meta().with(Meta.TIMING, true))));
    }
    return builder;
  }

  private int run(Client client, Course course, CallTrace trace) {
    byte[] encoded = course.params().encoded();
    if (method == null) {
      byte[] document = client.callEncoded(Offer.DISCOVER, null, course.options()).encoded();
      MethodTable.lines(Offer.of(document)).forEach(terminal.out()::println);
      trace.finish();
    } else if (notification) {
      client.notify(method, encoded == null ? null : new EncodedJson(encoded), course.options());
      trace.finish();
    } else {
      byte[] result = exchange(client, method, course).encoded();
      trace.finish();
      print(result);
      warn(method, course, BESIDE);
    }
    return ExitCode.OK;
  }

  /** Calls, and once more with text where text is declared, if it was that. */
  private static Response.Value exchange(Client client, String method, Course course) {
    CallParams params = course.params();
    try {
      return client.callEncoded(method, params.encoded(), course.options());
    } catch (RpcException e) {
      boolean isRefused = is(e, ErrorCode.INVALID_PARAMS) && e.executed() == Executed.NO;
      Offer offer = isRefused && params.areNamed() ? course.offer() : null;
      CallParams declared = offer == null ? null : params.asDeclared(offer, method);
      Duration left = course.left();
      if (declared == null || !left.isPositive()) {
        throw e;
      }
      CallOptions rest = course.options().withTimeout(left);
      return client.callEncoded(method, declared.encoded(), rest);
    }
  }

  /** Tells of names that the method does not declare. The server may ignore them. */
  private void warn(String called, Course course, Duration patience) {
    Offer offer = course.params().areNamed() ? course.offerWithin(patience) : null;
    if (offer != null) {
      course.params().strayNames(offer, called).forEach(this::note);
    }
  }

  private void explain(RpcException e, Course course) {
    if (method == null) {
      if (is(e, ErrorCode.METHOD_NOT_FOUND)) {
        note("the server does not say what it offers; name a METHOD");
      }
    } else if (is(e, ErrorCode.METHOD_NOT_FOUND)) {
      Offer offer = course.offer();
      if (offer != null) {
        String meant = Similar.question(method, offer.methodNames());
        note(
            method
                + " is no method of this server"
                + (meant.isEmpty() ? "; tern call " + address + " lists them" : meant));
      }
    } else {
      warn(method, course, is(e, ErrorCode.INVALID_PARAMS) ? ON_FAILURE : BESIDE);
    }
  }

  private static boolean is(RpcException e, ErrorCode code) {
    return e.code().equals(code.name());
  }

  private void note(String line) {
    terminal.err().println(Printable.text(line));
  }

  private void print(byte[] result) {
    if (terminal.isInteractive()) {
      terminal.out().println(PrettyJson.of(result));
    } else {
      terminal.out().writeBytes(result);
      terminal.out().println();
    }
  }

  private void checkUsage() {
    if (notification && method == null) {
      throw new WrongUsage("--notify without a METHOD (expected: HOST:PORT METHOD)");
    }
    if (notification && serverOptions.dialect() == Dialect.BARE) {
      throw new WrongUsage("--notify with --dialect bare (expected: v1 or jsonrpc, bare has none)");
    }
    if (key != null && method == null) {
      throw new WrongUsage("--key without a METHOD (expected: HOST:PORT METHOD)");
    }
    if (method != null && !method.matches("[\\x21-\\x7E]{1,256}")) {
      throw new WrongUsage(
          "METHOD: \"" + method + "\" (expected: 1 to 256 visible ASCII characters)");
    }
  }

  private <T> T orWrong(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException e) {
      throw new WrongUsage(String.valueOf(e.getMessage()));
    }
  }
}
