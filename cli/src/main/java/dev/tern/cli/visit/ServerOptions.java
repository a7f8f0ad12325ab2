package dev.tern.cli.visit;

import dev.tern.cli.options.Arguments;
import dev.tern.cli.terminal.Terminal;
import dev.tern.cli.terminal.WrongUsage;
import dev.tern.core.RpcException;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.client.ClientBuilder;
import dev.tern.core.transport.HostPort;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Metadata;
import dev.tern.transport.threads.ThreadsTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a server is spoken to: the options of all commands that call one. */
@SuppressWarnings("FieldCanBeFinal") // picocli sets the options
public final class ServerOptions {
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

  @Option(
      names = "--auth-file",
      paramLabel = "FILE",
      description = "holds the bearer token to send; if not given, TERN_AUTH may be the token")
  private @Nullable Path authFile;

  @Option(
      names = "--allow-plain-token",
      description =
          "send the token without TLS to other machines too, where whoever is on the way can read it")
  private boolean allowPlainToken;

  @Option(
      names = "--meta",
      paramLabel = "NAME=VALUE",
      description = "metadata to send beside the params; may be repeated")
  private @Nullable List<String> metadata;

  @Mixin private final TlsOptions tls = new TlsOptions();

  public Duration timeout() {
    return timeout;
  }

  public Dialect dialect() {
    return dialect;
  }

  /** Those that say who calls, as they were given: another call for the same needs them again. */
  public List<String> ofCaller() {
    List<String> given = new ArrayList<>(tls.given());
    if (authFile != null) {
      given.addAll(List.of("--auth-file", authFile.toString()));
    }
    if (allowPlainToken) {
      given.add("--allow-plain-token");
    }
    if (metadata != null) {
      metadata.forEach(pair -> given.addAll(List.of("--meta", pair)));
    }
    return given;
  }

  /**
   * What each call to the server says beside its params.
   *
   * @throws IllegalArgumentException if some of it cannot be said, saying what
   */
  public CallOptions callOptions(Map<String, String> environment) {
    CallOptions options = AuthToken.in(CallOptions.DEFAULT, authFile, environment);
    if (metadata != null) {
      options = options.withMetadata(read(metadata));
    }
    if (authFile != null) {
      refuseUnlessV1("--auth-file");
    }
    return options;
  }

  /**
   * Refuses what the dialect would drop without a word.
   *
   * @throws IllegalArgumentException naming the option
   */
  private void refuseUnlessV1(String option) {
    if (dialect != Dialect.V1) {
      throw new IllegalArgumentException(
          option + " with --dialect " + dialect.label() + " (expected: v1, others have no place)");
    }
  }

  private Metadata read(List<String> pairs) {
    refuseUnlessV1("--meta");
    Map<String, String> values = new LinkedHashMap<>();
    for (String pair : pairs) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("--meta: \"" + pair + "\" (expected: NAME=VALUE)");
      }
      String name = pair.substring(0, equals);
      if (values.putIfAbsent(name, pair.substring(equals + 1)) != null) {
        throw new IllegalArgumentException(
            "--meta: " + name + " is there twice (expected: each name once)");
      }
    }
    try {
      return Metadata.of(values);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--meta: " + e.getMessage(), e);
    }
  }

  /**
   * A transport that speaks TLS over another one, if that is asked for; else that one.
   *
   * @throws IllegalArgumentException if a file cannot be used, naming it
   */
  public Transport secured(Transport transport) {
    return tls.over(transport);
  }

  /** A client with all that but the call options; not yet connected to anything. */
  public ClientBuilder client(Transport transport) {
    ClientBuilder builder = Client.builder(transport);
    if (allowPlainToken) {
      builder.allowPlainTokens();
    }
    return builder
        .dialect(dialect)
        .timeout(timeout)
        .connectTimeout(timeout)
        .failFast()
        .frameBytes(Limits.MAX_FRAME_BYTES);
  }

  /** What a command does at a server. */
  @FunctionalInterface
  public interface Work {
    /**
     * Does it.
     *
     * @param options of each call
     * @return the exit code
     * @throws RpcException which is told
     */
    int at(Client client, CallOptions options);
  }

  /**
   * As {@link #visit(Terminal, HostPort, UnaryOperator, Work, Consumer)}, with a client as these
   * options make it.
   */
  public int visit(Terminal terminal, HostPort server, Work work, Consumer<RpcException> explain) {
    return visit(terminal, server, UnaryOperator.identity(), work, explain);
  }

  /**
   * Asks a server for something as these options say, and shows nothing of the frames.
   *
   * @param more what else the client is told
   * @param explain says more about an exception that was told
   * @return the exit code
   * @throws WrongUsage if the options cannot be followed, saying why
   */
  public int visit(
      Terminal terminal,
      HostPort server,
      UnaryOperator<ClientBuilder> more,
      Work work,
      Consumer<RpcException> explain) {
    CallTrace trace = new CallTrace(null, System::nanoTime, null, () -> {});
    try (ThreadsTransport plain = new ThreadsTransport()) {
      CallOptions options;
      Transport sockets;
      try {
        options = callOptions(terminal.environment());
        sockets = secured(plain);
      } catch (IllegalArgumentException e) {
        throw new WrongUsage(String.valueOf(e.getMessage()));
      }
      return new Visit(terminal, server, trace, true)
          .run(
              more.apply(client(new Wiretap(sockets, trace))),
              client -> work.at(client, options),
              explain);
    }
  }
}
