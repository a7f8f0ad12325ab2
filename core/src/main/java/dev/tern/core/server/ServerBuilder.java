package dev.tern.core.server;

import dev.tern.core.Filter;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.Procedure;
import dev.tern.core.VoidProcedure;
import dev.tern.core.auth.TokenFile;
import dev.tern.core.auth.TokenVerifier;
import dev.tern.core.binding.FoundEncodings;
import dev.tern.core.compress.FoundCompressions;
import dev.tern.core.limit.ConcurrencyLimit;
import dev.tern.core.link.Lifetimes;
import dev.tern.core.outcome.MemoryStore;
import dev.tern.core.outcome.OutcomeStore;
import dev.tern.core.runtime.Environment;
import dev.tern.core.runtime.Timers;
import dev.tern.core.server.ServerSettings.PoolSize;
import dev.tern.core.server.ServerSettings.Registration;
import dev.tern.core.server.auth.AuthFilter;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.HostPort;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.peer.Heartbeat;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Describes a {@link Server}. Not thread-safe. */
public final class ServerBuilder {
  private final Transport transport;
  final ServerSettings settings = new ServerSettings();

  ServerBuilder(Transport transport) {
    this.transport = transport;
  }

  /**
   * Offers a method on the VIRTUAL lane.
   *
   * @throws IllegalArgumentException if the name is taken or is the protocol's
   */
  public <P extends @Nullable Object, R extends @Nullable Object> ServerBuilder serve(
      Method<P, R> method, Procedure<P, R> procedure) {
    return serve(method, Lane.VIRTUAL, procedure);
  }

  /**
   * Offers a method on a lane. Whether its types can be read and written, and whether it can run
   * there, is looked at by {@link #listen(InetSocketAddress)}.
   *
   * @throws IllegalArgumentException if the name is taken or is the protocol's
   */
  public <P extends @Nullable Object, R extends @Nullable Object> ServerBuilder serve(
      Method<P, R> method, Lane lane, Procedure<P, R> procedure) {
    if (method.name().startsWith("rpc.")) {
      throw new IllegalArgumentException(
          "method: " + method.name() + " (expected: a name that does not start with rpc.)");
    }
    Registration<?, ?> registration = new Registration<>(method, lane, procedure);
    if (settings.methods.putIfAbsent(method.name(), registration) != null) {
      throw new IllegalArgumentException(
          "method: " + method.name() + " is served already (expected: one procedure a name)");
    }
    return this;
  }

  /**
   * Offers a method without a result on the VIRTUAL lane.
   *
   * @throws IllegalArgumentException if the name is taken or is the protocol's
   */
  public <P extends @Nullable Object> ServerBuilder serveVoid(
      Method<P, Void> method, VoidProcedure<P> procedure) {
    return serveVoid(method, Lane.VIRTUAL, procedure);
  }

  /**
   * Offers a method without a result on a lane.
   *
   * @throws IllegalArgumentException if the name is taken or is the protocol's
   */
  @SuppressWarnings("NullAway") // Void has nothing but null
  public <P extends @Nullable Object> ServerBuilder serveVoid(
      Method<P, Void> method, Lane lane, VoidProcedure<P> procedure) {
    return serve(
        method,
        lane,
        params -> {
          procedure.call(params);
          return null;
        });
  }

  /** Adds a filter around every method that it applies to, inside those added before. */
  public ServerBuilder filter(Filter filter) {
    settings.filters.add(filter);
    return this;
  }

  /**
   * Who may call. A call without a token, or with one that is nobody's, is UNAUTHORIZED; one of a
   * method that its caller may not call is FORBIDDEN. Both are decided before the params are bound
   * and before any {@linkplain #filter filter} runs. A caller with a certificate ({@link
   * dev.tern.core.tls.TlsServer}) needs no token. Filters and the user's code see who calls in
   * {@link dev.tern.core.Request#caller}. Strangers may say {@code rpc.hello}, {@code rpc.ping} and
   * {@code rpc.cancel}, and are not told which methods there are. If not set, anybody may call
   * everything.
   *
   * @param verifier such as a {@link TokenFile}; belongs to the caller, who may share it between
   *     servers and closes it
   */
  public ServerBuilder authenticate(TokenVerifier verifier) {
    settings.auth = new AuthFilter(verifier);
    return this;
  }

  /**
   * Declares a pool of platform threads for {@link Lane#pool}.
   *
   * @param threads how many
   * @param queue how many calls may wait for one; more are refused as SERVER_BUSY
   */
  public ServerBuilder pool(String name, int threads, int queue) {
    if (threads < 1 || queue < 1) {
      throw new IllegalArgumentException(
          "pool %s: %s threads, queue %s (expected: at least 1 each)"
              .formatted(name, threads, queue));
    }
    settings.pools.put(name, new PoolSize(threads, queue));
    return this;
  }

  /** The bounds on connections and messages. */
  public ServerBuilder limits(Limits bounds) {
    settings.limits = bounds;
    return this;
  }

  /**
   * The longest payload, in or out: 1 byte to {@link Limits#MAX_FRAME_BYTES}; 16 MiB if not set.
   */
  public ServerBuilder frameBytes(int bytes) {
    return limits(settings.limits.with(Bound.FRAME_BYTES, bytes));
  }

  /** Calls that may run at once over all connections; more are refused as SERVER_BUSY. */
  public ServerBuilder maxInFlight(int calls) {
    if (calls < 1) {
      throw new IllegalArgumentException("maxInFlight: " + calls + " (expected: at least 1)");
    }
    settings.maxInFlight = calls;
    return this;
  }

  /**
   * How many calls may run at once over all connections, and how many may wait for that: of all
   * methods that are not on the INLINE lane, which run one at a time a connection or event loop. No
   * limit but {@link #maxInFlight} if not set.
   */
  public ServerBuilder limit(ConcurrencyLimit running) {
    settings.limit = running;
    return this;
  }

  /**
   * How many calls of one method may run at once, and how many may wait for that. A call has its
   * method's place first, and keeps it while it waits for the server's. It must be served by the
   * time of {@link #listen(InetSocketAddress)}, on another lane than INLINE.
   */
  public ServerBuilder limit(Method<?, ?> method, ConcurrencyLimit running) {
    settings.methodLimits.put(method.name(), running);
    return this;
  }

  /** Bytes that all connections may hold together; a quarter of the heap if not set. */
  public ServerBuilder processBytes(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("processBytes: " + bytes + " (expected: at least 1)");
    }
    settings.processBytes = bytes;
    return this;
  }

  /**
   * When a peer does not read its replies.
   *
   * @param bytes unread output at which the server stops reading from that peer, at least {@link
   *     Connection#SEND_PROGRESS_BYTES}: below that a transport does not tell that there is room
   *     again
   * @param stall how long nothing at all may move before its connection is reset, to a tenth of it
   */
  public ServerBuilder unreadOutput(long bytes, Duration stall) {
    if (bytes < Connection.SEND_PROGRESS_BYTES || !stall.isPositive()) {
      throw new IllegalArgumentException(
          "unreadOutput: %s bytes, stall %s (expected: at least %s bytes, stall more than 0)"
              .formatted(bytes, stall, Connection.SEND_PROGRESS_BYTES));
    }
    settings.unreadOutputBytes = bytes;
    settings.writeStall = stall;
    return this;
  }

  /**
   * What {@code rpc.health} says while the server does not drain: {@code serving} where this is
   * true, else {@code not_ready}. Calls are served all the same. Always true if not set.
   *
   * @param isReady is asked at each {@code rpc.health}, on a virtual thread: with the empty name
   *     for the server as a whole, without which no service is ready, and with the name of the
   *     service that was asked for, which is what stands before the last dot of its methods. What
   *     it throws is answered as INTERNAL
   */
  public ServerBuilder readiness(Predicate<String> isReady) {
    settings.readiness = isReady;
    return this;
  }

  /**
   * How this server finds out that a client is gone whose calls run, if the client has said that it
   * answers pings; others are not asked. Clients are told the interval, and ask as often unless
   * they are told otherwise. 20 and 10 seconds if not set.
   *
   * @param interval the silence after which it asks; 1 ms to a day
   * @param timeout the silence after that, after which the connection is reset and its calls are
   *     abandoned; more than 0
   */
  public ServerBuilder heartbeat(Duration interval, Duration timeout) {
    settings.heartbeat = Lifetimes.heartbeat(interval, timeout, false);
    return this;
  }

  /** Asks no client whether it is there, and lets none ask this server. */
  public ServerBuilder withoutHeartbeat() {
    settings.heartbeat = Heartbeat.NONE;
    return this;
  }

  /**
   * How long a connection without a call is kept: so long at least, and less than twice as long. It
   * is kept while a frame comes, which has a time of its own. One whose client obeys {@code
   * rpc.goaway} is closed by the client, so that no call is lost on its way. Calls of other clients
   * that come at that very moment may be lost. For ever if not set; a peer that is gone is noticed
   * by the operating system then.
   *
   * @param limit more than 0
   */
  public ServerBuilder idleTimeout(Duration limit) {
    settings.idleNanos = Lifetimes.positive("idleTimeout", limit);
    return this;
  }

  /**
   * How old a connection becomes, give or take a tenth, before its client is sent elsewhere by
   * {@code rpc.goaway}: so that clients find servers that were added. Calls that run there are
   * finished, and clients that do not obey keep it. For ever if not set.
   *
   * @param limit more than 0
   */
  public ServerBuilder maxConnectionAge(Duration limit) {
    settings.maxAgeNanos = Lifetimes.positive("maxConnectionAge", limit);
    return this;
  }

  /**
   * How long {@link Server#drain} goes on accepting after {@code rpc.health} has said that the
   * server drains: as long as whoever hands out connections may take to notice. 0 if not set.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public ServerBuilder drainDelay(Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("drainDelay: " + delay + " (expected: 0 or more)");
    }
    settings.drainDelay = delay;
    return this;
  }

  /**
   * Which encodings are spoken beside JSON, such as {@code "msgpack"}; all whose modules are there
   * if not set. A request in another one is answered with UNSUPPORTED, "no".
   *
   * @throws IllegalArgumentException for one whose module is not there
   */
  public ServerBuilder encodings(String... labels) {
    settings.encodings = FoundEncodings.of(List.of(labels));
    return this;
  }

  /**
   * Which compressions are read, and written for callers who have shown that they read them: {@code
   * "gzip"}, and {@code "zstd"} and {@code "lz4"} if their modules are there; the best first, as of
   * those that a caller reads the first is taken. None if not set. Only replies of 1 KiB and more
   * are compressed, and those of {@linkplain Method#uncompressed some methods} never.
   *
   * @throws IllegalArgumentException for one whose module is not there
   */
  public ServerBuilder compressions(String... labels) {
    settings.compressions = FoundCompressions.of(List.of(labels));
    return this;
  }

  /** Whether a param that the method does not have is an error; it is ignored if not set. */
  public ServerBuilder refuseUnknownFields(boolean refuse) {
    settings.refuseUnknownFields = refuse;
    return this;
  }

  /**
   * Whether a peer sees the message of an unexpected exception instead of an incident id. For
   * teaching; leave it off where strangers call.
   */
  public ServerBuilder exposeErrors(boolean expose) {
    settings.exposeErrors = expose;
    return this;
  }

  /**
   * Whether peers may ask by {@code rpc.stats} what this server has {@linkplain Server#stats
   * counted}; not if not set. Where callers {@linkplain #authenticate authenticate}, only those may
   * ask whose identity may call {@code rpc.stats}.
   */
  public ServerBuilder tellStats(boolean tell) {
    settings.tellsStats = tell;
    return this;
  }

  /**
   * Where it is remembered what became of operations that must happen once: those of methods with
   * the effect ONCE, called with a key. If not set, a {@link MemoryStore} with its defaults, of
   * this server alone.
   *
   * @param store belongs to the caller, who may share it between servers and closes it; null to
   *     remember nothing, which makes ONCE as UNSAFE
   */
  public ServerBuilder outcomes(@Nullable OutcomeStore store) {
    settings.outcomes(store);
    return this;
  }

  /**
   * How long, and for how many calls, answers to bare calls are remembered whose methods are
   * UNSAFE: a bare client that repeats a call with the same UUID gets the same answer. 10 seconds
   * and 10,000 calls if not set.
   *
   * @param time zero for never
   * @param calls the oldest are forgotten first; 0 for none
   */
  public ServerBuilder bareReplays(Duration time, long calls) {
    if (time.isNegative() || calls < 0) {
      throw new IllegalArgumentException(
          "bareReplays: %s, %s calls (expected: 0 or more each)".formatted(time, calls));
    }
    settings.bareReplayTime = time;
    settings.bareReplays = calls;
    return this;
  }

  /** What {@code rpc.discover} says of the service. */
  public ServerBuilder describe(String serviceTitle, String serviceVersion) {
    settings.title = serviceTitle;
    settings.version = serviceVersion;
    return this;
  }

  /** Where time, threads and chance come from; {@link Environment#SYSTEM} if not set. */
  public ServerBuilder environment(Environment surroundings) {
    settings.environment = surroundings;
    return this;
  }

  /** Sets the clock of the {@linkplain #environment environment}; for tests. */
  public ServerBuilder timers(Timers clock) {
    return environment(settings.environment.withTimers(clock));
  }

  /**
   * Starts on the loopback address, and throws what {@link #listen(InetSocketAddress)} throws.
   *
   * @param port 0 picks a free one
   * @throws IOException if the port cannot be bound
   * @throws IllegalArgumentException also if the port is not in 0 to 65535
   */
  public Server listen(int port) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    HostPort address = new HostPort(loopback.getHostAddress(), port);
    return listen(new InetSocketAddress(loopback, address.port()));
  }

  /**
   * Starts on an address. One that other machines reach, without {@link #authenticate} and without
   * certificates of clients, is worth a warning in the log.
   *
   * @throws IOException if the address cannot be bound
   * @throws IllegalArgumentException if a method has params that can never be read, such as a
   *     record with an interface in it, or a record in a package that is not open to {@code
   *     dev.tern.core}; or if it takes or gives messages of protobuf, which is not spoken here
   * @throws IllegalStateException if a method cannot run on its lane, or cannot have its limit
   */
  public Server listen(InetSocketAddress address) throws IOException {
    Server server = new Server(transport, settings);
    boolean isAsked = settings.auth != null || transport.asksForCertificates();
    AuthFilter.warnIfOpen(server.listen(address), isAsked);
    return server;
  }
}
