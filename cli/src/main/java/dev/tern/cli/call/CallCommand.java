package dev.tern.cli.call;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tern.cli.offer.MethodTable;
import dev.tern.cli.offer.Misfits;
import dev.tern.cli.offer.Offer;
import dev.tern.cli.offer.Offer.OfferedMethod;
import dev.tern.cli.options.Arguments;
import dev.tern.cli.terminal.ExitCode;
import dev.tern.cli.terminal.PrettyJson;
import dev.tern.cli.terminal.Printable;
import dev.tern.cli.terminal.Terminal;
import dev.tern.cli.terminal.Version;
import dev.tern.cli.terminal.WrongUsage;
import dev.tern.cli.visit.CallTrace;
import dev.tern.cli.visit.CompressOption;
import dev.tern.cli.visit.EncodingOption;
import dev.tern.cli.visit.ServerOptions;
import dev.tern.cli.visit.Visit;
import dev.tern.cli.visit.Wiretap;
import dev.tern.core.Effect;
import dev.tern.core.EncodedJson;
import dev.tern.core.Method;
import dev.tern.core.OperationToken;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.client.ClientBuilder;
import dev.tern.core.client.Reply;
import dev.tern.core.transport.HostPort;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Meta;
import dev.tern.transport.threads.ThreadsTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
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
      "       tern call [OPTIONS] --batch FILE HOST:PORT",
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
      "Of a notification nobody tells that it is refused: the server is asked what it declares,",
      "and one that it has no method for, or that does not fit, ends as such a call would.",
      "",
      "What has certainly not run is tried again, and so is what may have run, if --effect says",
      "that this does no harm. A call with --effect once that may have run in the end prints",
      "how to learn what became of it, and how to go on with it: with --resume TOKEN it is the",
      "same operation, which runs once.",
      "",
      "--batch sends the calls of a file in one frame: a line each, METHOD and its params as",
      "above; lines that are empty or begin with # are passed over. Each has a line of JSON on",
      "stdout, in the file's order: {\"ok\":true,\"result\":…} or {\"ok\":false,\"error\":{…}}. The",
      "exit code is that of the first call that has failed.",
      "",
      "Examples:",
      "  tern call 127.0.0.1:7070 add a=1 b=2",
      "  tern call -v --timeout 500ms 127.0.0.1:7070 divide '{\"a\": 1, \"b\": 3}'",
      "  tern call --meta tenant=acme 127.0.0.1:7070 get key=orders",
      "  tern call --effect once --retries 5 --attempt-timeout 1s 127.0.0.1:7070 inc key=orders",
      "  tern call --ca certs/ca.pem localhost:7070 add a=1 b=2",
      "  tern call -v --encoding msgpack 127.0.0.1:7070 add a=1 b=2",
      "  printf 'add a=1 b=2\\nget key=orders\\n' | tern call --batch - 127.0.0.1:7070",
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

  @Mixin private final OperationOptions operation = new OperationOptions();

  @Mixin private final EncodingOption encoding = new EncodingOption();

  @Mixin private final CompressOption compress = new CompressOption();

  @Option(
      names = "--notify",
      description = "send a notification: no result, and no error from the server")
  private boolean notification;

  @Option(
      names = "--batch",
      paramLabel = "FILE",
      description = "make the calls in this file, a line each (-: from stdin), in one frame")
  private @Nullable String batch;

  @Option(
      names = {"-v", "--verbose"},
      description =
          "show the messages as they travel (but for the token of --auth-file), the attempts, and"
              + " where the time went")
  private boolean verbose;

  /** Whether the call was made with the effect that the server tells, so with a key for ONCE. */
  private boolean isAsTold;

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
    String file = batch;
    BatchCalls calls = file == null ? null : orWrong(() -> BatchCalls.read(file, terminal.in()));
    CallParams read = orWrong(() -> CallParams.read(params, terminal.in()));
    CallOptions beside = orWrong(() -> serverOptions.callOptions(terminal.environment()));
    CallOptions options = orWrong(() -> operation.in(beside, serverOptions.dialect()));
    long deadlineNanos = System.nanoTime() + serverOptions.timeout().toNanos();
    try (ThreadsTransport plain = new ThreadsTransport()) {
      Transport sockets = orWrong(() -> serverOptions.secured(plain));
      Discovery discovery =
          new Discovery(
              () -> serverOptions.client(sockets).connect(server.host(), server.port()),
              notification ? beside.withTimeout(mostOf(serverOptions.timeout())) : beside);
      CallTrace trace =
          new CallTrace(
              verbose ? terminal.err() : null,
              System::nanoTime,
              options.auth(),
              asksBeside(read) ? discovery::ask : () -> {});
      if (calls != null) {
        return new Visit(terminal, server, trace, false)
            .run(
                client(new Wiretap(sockets, trace)),
                client -> run(client, calls, options, trace),
                _ -> {});
      }
      Course course = new Course(read, options, deadlineNanos, discovery);
      return new Visit(terminal, server, trace, false)
          .run(
              client(new Wiretap(sockets, trace)),
              client -> run(client, course, trace),
              e -> explain(e, course));
    }
  }

  private int run(Client client, BatchCalls calls, CallOptions options, CallTrace trace) {
    int code = calls.make(client, serverOptions.timeout(), options, verbose, terminal);
    trace.finish();
    return code;
  }

  /** What leaves time to tell that there was no answer. */
  private static Duration mostOf(Duration time) {
    return time.multipliedBy(9).dividedBy(10);
  }

  /** What a call is made of, and how long it may take. */
  private record Course(
      CallParams params, CallOptions options, long deadlineNanos, Discovery discovery) {

    /** The options of a call that begins now: it ends with the command's time. */
    CallOptions timed() {
      return options.withTimeout(left());
    }

    Duration left() {
      return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
    }

    /** What the server offers, asked for if that was not done before; null if it does not say. */
    @Nullable Offer offer() {
      discovery.ask();
      return offerWithin(ON_FAILURE);
    }

    /** As {@link #offer}, however long the command may take. */
    @Nullable Offer offerAtLast() {
      discovery.ask();
      return discovery.within(left());
    }

    /** What the server offers, if it was asked and says so in time; else null. */
    @Nullable Offer offerWithin(Duration most) {
      Duration left = left();
      return discovery.within(left.compareTo(most) < 0 ? left : most);
    }
  }

  /** Not in the bare dialect: its servers are simple, and may serve one connection at a time. */
  private boolean asksBeside(CallParams read) {
    boolean helps = read.areNamed() || operation.saysEffect();
    return helps && !notification && serverOptions.dialect() != Dialect.BARE;
  }

  private ClientBuilder client(Transport transport) {
    ClientBuilder builder = serverOptions.client(transport).retry(operation.policy());
    encoding.set(builder, serverOptions.dialect());
    compress.set(builder, serverOptions.dialect());
    if (verbose && serverOptions.dialect() == Dialect.V1) {
      builder.filter(
          (request, next) -> next.handle(request.withMeta(request.meta().with(Meta.TIMING, true))));
    }
    return builder;
  }

  private int run(Client client, Course course, CallTrace trace) {
    if (method == null) {
      byte[] document = client.callEncoded(Offer.DISCOVER, null, course.timed()).encoded();
      MethodTable.lines(Offer.of(document)).forEach(terminal.out()::println);
      trace.finish();
    } else if (notification) {
      int code = notify(client, method, course);
      trace.finish();
      return code;
    } else {
      compress.prepare(client, course.params().encoded(), course.timed());
      byte[] result = exchange(client, method, course);
      trace.finish();
      PrettyJson.print(result, terminal);
      warn(method, course, true, BESIDE);
    }
    return ExitCode.OK;
  }

  /**
   * Nobody answers it: what a server would say of it is found out from what it declares. It is sent
   * all the same, as a document need not tell all.
   *
   * @return the exit code of a call that the server would refuse for the same reason
   * @throws RpcException if the server does not know who notifies
   */
  private int notify(Client client, String called, Course course) {
    CallParams params = course.params();
    Offer before = params.areNamed() ? course.offerAtLast() : null;
    CallParams declared = before == null ? null : params.asDeclared(before, called);
    byte[] encoded = (declared == null ? params : declared).encoded();
    client.notify(called, encoded == null ? null : new EncodedJson(encoded), course.timed());
    Offer offer = before == null ? course.offerAtLast() : before;
    if (offer == null) {
      return tellWhatIsKnown(course);
    }
    if (tellIfUnknown(called, offer)) {
      return ExitCode.of(ErrorCode.METHOD_NOT_FOUND);
    }
    params.strayNames(offer, called).forEach(this::note);
    List<String> misfits = Misfits.of(offer, called, encoded);
    misfits.forEach(this::note);
    if (misfits.isEmpty()) {
      return ExitCode.OK;
    }
    note("the server refuses such params, and does not say so to a notification");
    return ExitCode.of(ErrorCode.INVALID_PARAMS);
  }

  /** Of a notification to a server that has not said what it declares. */
  private int tellWhatIsKnown(Course course) {
    RpcException why = course.discovery().failure();
    boolean isStranger = why != null && is(why, ErrorCode.UNAUTHORIZED); // to the notification, too
    if (why != null && (isStranger || !why.isRemote())) {
      throw why;
    }
    if (why == null) {
      note("the server has not said in time what it declares");
      return ExitCode.of(ErrorCode.TIMEOUT);
    }
    return ExitCode.OK; // it is a server, which does not say what it offers
  }

  /**
   * Calls, and once more with text where text is declared, if it was that. An operation that may
   * have run before was called with what is declared: with anything else it would be CONFLICT.
   */
  private byte[] exchange(Client client, String called, Course course) {
    CallParams params = course.params();
    boolean mayBeKnown = course.options().key() != null || course.options().operation() != null;
    Offer before = mayBeKnown && params.areNamed() ? course.offer() : null;
    CallParams known = before == null ? null : params.asDeclared(before, called);
    if (known != null) {
      return result(client, called, known, course.timed());
    }
    try {
      return result(client, called, params, course.timed());
    } catch (RpcException e) {
      boolean isRefused = is(e, ErrorCode.INVALID_PARAMS) && e.executed() == Executed.NO;
      Offer offer = isRefused && params.areNamed() ? course.offer() : null;
      CallParams declared = offer == null ? null : params.asDeclared(offer, called);
      CallOptions rest = course.timed();
      if (offer == null || declared == null || !course.left().isPositive()) {
        throw e;
      }
      Effect told = operation.saysEffect() ? null : toldEffect(offer, called);
      isAsTold = told != null;
      return result(client, called, declared, told == null ? rest : rest.withEffect(told));
    }
  }

  /** The result as JSON. Tells the attempts, if a person wants to see them. */
  private byte[] result(Client client, String called, CallParams params, CallOptions options) {
    if (!verbose) {
      return client.callEncoded(called, params.encoded(), options).encoded();
    }
    byte[] encoded = params.encoded();
    Reply<@Nullable EncodedJson> reply =
        client.exchange(
            anyOf(called).effect(options.effect()),
            encoded == null ? null : new EncodedJson(encoded),
            options);
    AttemptTable.lines(reply.attempts()).forEach(this::note);
    if (reply.isReplayed()) {
      note("it is the remembered result of an earlier attempt");
    }
    EncodedJson value = reply.value();
    return value == null ? "null".getBytes(US_ASCII) : value.bytes();
  }

  @SuppressWarnings("NullAway") // there is no class literal of a nullable type
  private static Method<@Nullable EncodedJson, @Nullable EncodedJson> anyOf(String name) {
    return Method.<@Nullable EncodedJson, @Nullable EncodedJson>of(
        name, EncodedJson.class, EncodedJson.class);
  }

  /** What the server tells of a method's effect; null if it tells nothing that is known. */
  private static @Nullable Effect toldEffect(Offer offer, String called) {
    OfferedMethod told = offer.method(called);
    String word = told == null ? null : told.effect();
    return Arrays.stream(Effect.values())
        .filter(one -> one.name().equals(word))
        .findFirst()
        .orElse(null);
  }

  /**
   * Tells of names that the method does not declare, which the server may ignore, of an effect that
   * it does not have, and of one that is lost on a call without a key.
   *
   * @param hasRun whether the call may have
   */
  private void warn(String called, Course course, boolean hasRun, Duration patience) {
    Offer offer = course.offerWithin(patience);
    if (offer == null) {
      return;
    }
    if (course.params().areNamed()) {
      course.params().strayNames(offer, called).forEach(this::note);
    }
    String otherwise =
        operation.saysEffect() ? offer.ifOtherwise(called, course.options().effect()) : null;
    if (otherwise != null) {
      note(otherwise);
    }
    if (hasRun && ranWithoutKey(course) && toldEffect(offer, called) == Effect.ONCE) {
      note(
          called
              + " is declared ONCE at this server, and has been called without a key: made again, it may count twice (expected: --effect once)");
    }
  }

  /** Not so in JSON-RPC, which has no place for a key. */
  private boolean ranWithoutKey(Course course) {
    return !operation.saysEffect()
        && !isAsTold
        && course.options().key() == null
        && serverOptions.dialect() == Dialect.V1;
  }

  private void explain(RpcException e, Course course) {
    if (verbose) {
      AttemptTable.lines(e.attempts()).forEach(this::note);
    }
    tellNextSteps(e, course);
    String notRetried =
        operation.ifNotRetried(e, course.options().effect(), serverOptions.dialect());
    if (notRetried != null && course.left().isPositive()) {
      note(notRetried);
    }
    if (method == null) {
      if (is(e, ErrorCode.METHOD_NOT_FOUND)) {
        note("the server does not say what it offers; name a METHOD");
      }
    } else if (is(e, ErrorCode.METHOD_NOT_FOUND)) {
      Offer offer = course.offer();
      if (offer != null) {
        tellIfUnknown(method, offer);
      }
    } else if (is(e, ErrorCode.STALE)) {
      Offer offer = course.offer();
      String why =
          offer == null ? null : offer.ifForgotten(method, Objects.requireNonNull(address));
      if (why != null) {
        note(why);
      }
    } else {
      boolean hasRun = e.executed() != Executed.NO;
      warn(method, course, hasRun, is(e, ErrorCode.INVALID_PARAMS) ? ON_FAILURE : BESIDE);
    }
  }

  /** Whether a server says that it has not got this method, or offers none at all. */
  private boolean tellIfUnknown(String called, Offer offer) {
    String unknown = offer.ifUnknown(called, Objects.requireNonNull(address));
    if (unknown != null) {
      note(unknown);
    }
    return unknown != null;
  }

  /** How to go on with an operation that may have run. */
  private void tellNextSteps(RpcException e, Course course) {
    if (method == null || e.executed() != Executed.MAYBE) {
      return;
    }
    if (e.isReplayed() || is(e, ErrorCode.CONFLICT)) {
      note("that stays so: look in the application what has happened, then take a new key");
      return;
    }
    if (is(e, ErrorCode.STALE)) {
      note(
          "that stays so: look in the application whether it has run; a new operation takes a new key");
      return;
    }
    NextSteps steps =
        new NextSteps(Objects.requireNonNull(address), method, params, givenOptions());
    OperationToken token = e.operation();
    String key = course.options().key();
    if (token != null) {
      steps.of(token).forEach(this::note);
    } else if (key != null && isOnce(method, course)) {
      List<String> options = new ArrayList<>();
      if (serverOptions.dialect() != Dialect.V1) {
        options.addAll(List.of("--dialect", serverOptions.dialect().label()));
      }
      options.addAll(List.of("--effect", "once"));
      steps.of(key, options).forEach(this::note);
    }
  }

  private List<String> givenOptions() {
    return Stream.concat(serverOptions.ofCaller().stream(), encoding.given().stream()).toList();
  }

  private boolean isOnce(String called, Course course) {
    if (operation.saysEffect()) {
      return course.options().effect() == Effect.ONCE;
    }
    Offer offer = course.offerWithin(BESIDE);
    return offer != null && toldEffect(offer, called) == Effect.ONCE;
  }

  private static boolean is(RpcException e, ErrorCode code) {
    return e.code().equals(code.name());
  }

  private void note(String line) {
    terminal.err().println(Printable.text(line));
  }

  private void checkUsage() {
    if (batch != null && (method != null || notification)) {
      String what = notification ? "--notify" : "a METHOD";
      throw new WrongUsage("--batch with " + what + " (expected: the calls in its file alone)");
    }
    if (batch != null && serverOptions.dialect() == Dialect.BARE) {
      throw new WrongUsage(
          "--batch with --dialect bare (expected: v1 or jsonrpc; a bare call has a connection of its own)");
    }
    if (notification && method == null) {
      throw new WrongUsage("--notify without a METHOD (expected: HOST:PORT METHOD)");
    }
    if (notification && serverOptions.dialect() == Dialect.BARE) {
      throw new WrongUsage("--notify with --dialect bare (expected: v1 or jsonrpc, bare has none)");
    }
    if (method != null && !method.matches("[\\x21-\\x7E]{1,256}")) {
      throw new WrongUsage(
          "METHOD: \"" + method + "\" (expected: 1 to 256 visible ASCII characters)");
    }
    try {
      operation.check(method, notification, serverOptions.dialect());
      String kept = operation.keptEncoding(encoding.label());
      if (kept != null) {
        note(kept);
      }
    } catch (IllegalArgumentException e) {
      throw new WrongUsage(String.valueOf(e.getMessage()));
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
