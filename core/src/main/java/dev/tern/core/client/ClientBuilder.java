package dev.tern.core.client;

import dev.tern.core.Filter;
import dev.tern.core.binding.FoundEncodings;
import dev.tern.core.client.auth.TokenGuard;
import dev.tern.core.client.retry.Retries;
import dev.tern.core.compress.FoundCompressions;
import dev.tern.core.link.Lifetimes;
import dev.tern.core.observe.Counters;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.runtime.Backoff;
import dev.tern.core.runtime.Environment;
import dev.tern.core.runtime.Timers;
import dev.tern.core.transport.HostPort;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.compress.Compressions;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.peer.Heartbeat;
import dev.tern.protocol.value.Encoding;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Describes a {@link Client}. Not thread-safe. */
public final class ClientBuilder {
  /** A call without an end is a leak: ten seconds outlast any healthy call. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  /** How long a server may take to answer a ping, if not set: ample for any that is there. */
  public static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(10);

  private static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private final Transport transport;
  private final List<Filter> filters = new ArrayList<>();
  private Dialect dialect = Dialect.V1;
  private Encoding encoding = JsonEncoding.JSON;
  private Compressions compressions = Compressions.NONE;
  private Limits limits = Limits.DEFAULT;
  private Duration timeout = DEFAULT_TIMEOUT;
  private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
  private Backoff backoff = Backoff.RECONNECT;
  private RetryPolicy retry = RetryPolicy.DEFAULT;
  private Heartbeat heartbeat = new Heartbeat(0, HEARTBEAT_TIMEOUT.toNanos(), false);

  /** In nanoseconds; 0 for ever. */
  private long idleNanos;

  /** In nanoseconds; 0 for ever. */
  private long maxAgeNanos;

  private boolean failFast;
  private boolean plainTokens;
  private Environment environment = Environment.SYSTEM;

  ClientBuilder(Transport transport) {
    this.transport = transport;
  }

  /** For a peer that knows nothing but JSON-RPC 2.0 or bare; V1 if not set. */
  public ClientBuilder dialect(Dialect spoken) {
    dialect = spoken;
    return this;
  }

  /**
   * The deadline of a call that has none of its own; {@link #DEFAULT_TIMEOUT} if not set.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public ClientBuilder timeout(Duration perCall) {
    timeout = positive("timeout", perCall);
    return this;
  }

  /**
   * How long one attempt to connect may take; 5 s if not set.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public ClientBuilder connectTimeout(Duration perAttempt) {
    connectTimeout = positive("connectTimeout", perAttempt);
    return this;
  }

  /**
   * The wait between failed attempts to connect; {@link Backoff#RECONNECT} if not set. A connection
   * counts as failed, too, if it ends before the server has sent a message and before the ceiling
   * of the backoff has passed; but for the first such one in a row.
   */
  public ClientBuilder backoff(Backoff waits) {
    backoff = waits;
    return this;
  }

  /**
   * When a call is made again; {@link RetryPolicy#DEFAULT} if not set, {@link RetryPolicy#NONE} for
   * never. To wait for a connection is no attempt.
   */
  public ClientBuilder retry(RetryPolicy policy) {
    retry = policy;
    return this;
  }

  /**
   * A call fails as soon as an attempt to connect fails. If not set, it waits for a connection
   * until its deadline, and all that wait try together, with the {@link #backoff} between two
   * attempts.
   */
  public ClientBuilder failFast() {
    failFast = true;
    return this;
  }

  /**
   * Sends bearer tokens also to other machines without TLS, where whoever is on the way can read
   * them and call with them. If not set, a call with a token fails there as UNAUTHORIZED before
   * anything of it is sent. Do this only on networks that you trust; {@link
   * dev.tern.core.tls.TlsClient} needs no such thing.
   */
  public ClientBuilder allowPlainTokens() {
    plainTokens = true;
    return this;
  }

  /**
   * How this client finds out that a server is gone while calls wait for it, if that server has
   * announced that it answers pings; others are not asked. If not set, it asks as often as the
   * server wishes, and waits {@link #HEARTBEAT_TIMEOUT}.
   *
   * @param interval the silence after which it asks; 1 ms to a day
   * @param timeout the silence after that, after which the connection is reset and its calls end;
   *     more than 0
   */
  public ClientBuilder heartbeat(Duration interval, Duration timeout) {
    heartbeat = Lifetimes.heartbeat(interval, timeout, heartbeat.isWarm());
    return this;
  }

  /** Asks no server whether it is there. */
  public ClientBuilder withoutHeartbeat() {
    heartbeat = Heartbeat.NONE;
    return this;
  }

  /**
   * Asks also while no call waits: so a server that is gone is noticed before the next call, and
   * what stands between the two does not forget an idle connection.
   */
  public ClientBuilder keepWarm() {
    heartbeat = new Heartbeat(heartbeat.intervalNanos(), heartbeat.timeoutNanos(), true);
    return this;
  }

  /**
   * How long a connection without a call is kept: so long at least, and less than twice as long,
   * also if it is {@linkplain #keepWarm kept warm}. The next call opens another one, and no call is
   * lost for it. For ever if not set, or until the server ends it.
   *
   * @param limit more than 0
   */
  public ClientBuilder idleTimeout(Duration limit) {
    idleNanos = Lifetimes.positive("idleTimeout", limit);
    return this;
  }

  /**
   * How old a connection becomes, give or take a tenth, before new calls go to another one: so that
   * the host is looked up again, and servers are found that were added behind its name. Calls that
   * run are finished where they are. For ever if not set, or until the server ends it.
   *
   * @param limit more than 0
   */
  public ClientBuilder maxConnectionAge(Duration limit) {
    maxAgeNanos = Lifetimes.positive("maxConnectionAge", limit);
    return this;
  }

  /** Adds a filter around every call, inside those added before. */
  public ClientBuilder filter(Filter filter) {
    filters.add(filter);
    return this;
  }

  /**
   * How params and results are encoded, such as {@code "msgpack"}; JSON if not set. The first call
   * on a connection then waits until the server has said that it has got the encoding; one that has
   * not is called in JSON, which is logged once; but a method of messages of protobuf ends with
   * UNSUPPORTED, "no". Params must not change before their call has ended.
   *
   * @throws IllegalArgumentException if its module is not there
   */
  public ClientBuilder encoding(String label) {
    encoding = FoundEncodings.of(label);
    return this;
  }

  /**
   * Which compressions are read, and written for servers that have said that they read them: {@code
   * "gzip"}, and {@code "zstd"} and {@code "lz4"} if their modules are there; the best first, as of
   * those that a server reads the first is taken. None if not set. No call waits for what the
   * server says: until it is known, requests leave as they are. Only what is 1 KiB and longer is
   * compressed; a call with a bearer token never, nor one of {@linkplain
   * dev.tern.core.Method#uncompressed some methods}.
   *
   * @throws IllegalArgumentException for one whose module is not there
   */
  public ClientBuilder compressions(String... labels) {
    compressions = FoundCompressions.of(List.of(labels));
    return this;
  }

  /** The bounds on the connection and its messages. */
  public ClientBuilder limits(Limits bounds) {
    limits = bounds;
    return this;
  }

  /**
   * The longest payload, in or out: 1 byte to {@link Limits#MAX_FRAME_BYTES}; 16 MiB if not set.
   */
  public ClientBuilder frameBytes(int bytes) {
    return limits(limits.with(Bound.FRAME_BYTES, bytes));
  }

  /** Where time, threads and chance come from; {@link Environment#SYSTEM} if not set. */
  public ClientBuilder environment(Environment surroundings) {
    environment = surroundings;
    return this;
  }

  /** Sets the clock of the {@linkplain #environment environment}; for tests. */
  public ClientBuilder timers(Timers clock) {
    return environment(environment.withTimers(clock));
  }

  /**
   * A client of that address. Connects at the first call, which looks the host up.
   *
   * @throws IllegalArgumentException if the host is empty, or the port is not in 0 to 65535
   */
  public Client connect(String host, int port) {
    HostPort address = new HostPort(host, port);
    return connect(InetSocketAddress.createUnresolved(address.host(), address.port()));
  }

  /**
   * A client of that address. Connects at the first call.
   *
   * @throws IllegalArgumentException if it has an empty host
   * @throws IllegalStateException if the policy of its retries would be unsafe, and for an encoding
   *     or a compression in another dialect than v1
   */
  public Client connect(InetSocketAddress address) {
    if (address.getHostString().isEmpty()) { // which would be this machine
      throw new IllegalArgumentException("host: \"\" (expected: a name or an address)");
    }
    refuseUnsafe();
    if (dialect != Dialect.V1 && encoding != JsonEncoding.JSON) {
      throw new IllegalStateException(
          "encoding: %s in the %s dialect (expected: v1, where a server says what it speaks)"
              .formatted(encoding.label(), dialect.label()));
    }
    if (dialect != Dialect.V1 && !compressions.isEmpty()) {
      throw new IllegalStateException(
          "compressions: %s in the %s dialect (expected: v1, where a server says what it reads)"
              .formatted(String.join(", ", compressions.labels()), dialect.label()));
    }
    Timers timers = environment.timers();
    Counters counters = Counters.ofClient(timers);
    ClientSettings settings =
        new ClientSettings(
            dialect,
            encoding,
            compressions.isEmpty() ? null : compressions.forAnotherEnd(),
            new EncodingNotice(),
            limits,
            environment,
            counters,
            new EncodedNames(limits),
            new TokenGuard(plainTokens),
            heartbeat,
            idleNanos,
            maxAgeNanos);
    Reconnects reconnects = new Reconnects(backoff, environment.random());
    Endpoint endpoint =
        new Endpoint(transport, address, connectTimeout, failFast, reconnects, settings);
    Retries retries =
        new Retries(retry, endpoint.name(), endpoint::hasConnection, environment, counters);
    List<Filter> order = ClientStack.filters(timers, counters, filters, retries);
    boolean leavesFirst = filters.isEmpty() && retries.leavesFirst();
    return new Client(settings, timeout, endpoint, retries, order, leavesFirst);
  }

  /** What would run an operation any number of times, and nobody would see why. */
  private void refuseUnsafe() {
    boolean isBounded =
        Double.isFinite(retry.budgetShare()) && Double.isFinite(retry.budgetPerSecond());
    if (retry.isUnsafe() && !isBounded) {
      throw new IllegalStateException(
          "retry: of UNSAFE methods without a budget (expected: one of the two)");
    }
    if (retry.isUnsafe() && retry.hedgeAt() != null) {
      throw new IllegalStateException(
          "retry: of UNSAFE methods with hedging (expected: one of the two)");
    }
  }

  private static Duration positive(String name, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: more than 0)");
    }
    return value;
  }
}
