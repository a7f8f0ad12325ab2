package dev.tern.core.server;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.Effect;
import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.Procedure;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.MethodDoc;
import dev.tern.core.binding.OpenRpc;
import dev.tern.core.link.StallWatch;
import dev.tern.core.observe.CallLog;
import dev.tern.core.observe.Counters;
import dev.tern.core.observe.Incidents;
import dev.tern.core.runtime.Timers;
import dev.tern.core.server.admission.ByteBudget;
import dev.tern.core.server.admission.Gates;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Describes a {@link Server}. Not thread-safe. */
public final class ServerBuilder {
  /** What connections may hold together: a quarter of the heap leaves the rest to the methods. */
  private static final int HEAP_SHARE = 4;

  /** Calls of all connections together: each costs a thread's stack at worst. */
  private static final int MAX_IN_FLIGHT = 100_000;

  private static final long UNREAD_OUTPUT_BYTES = 8 << 20;
  private static final Duration WRITE_STALL = StallWatch.DEFAULT_LIMIT;

  private record Registration<P extends @Nullable Object, R extends @Nullable Object>(
      Method<P, R> method, Lane lane, Procedure<P, R> procedure) {

    Handler invocation(Incidents incidents, boolean refuseUnknownFields, boolean exposeErrors) {
      return new Invocation<>(method, procedure, incidents, refuseUnknownFields, exposeErrors);
    }
  }

  private record PoolSize(int threads, int queue) {}

  private final Transport transport;
  private final Map<String, Registration<?, ?>> methods = new LinkedHashMap<>();
  private final List<Filter> filters = new ArrayList<>();
  private final Map<String, PoolSize> poolSizes = new LinkedHashMap<>();
  private final Map<String, Executor> pools = new LinkedHashMap<>();
  private Timers timers = Timers.system();
  private Limits limits = Limits.DEFAULT;
  private int maxInFlight = MAX_IN_FLIGHT;
  private long processBytes = Runtime.getRuntime().maxMemory() / HEAP_SHARE;
  private long unreadOutputBytes = UNREAD_OUTPUT_BYTES;
  private Duration writeStall = WRITE_STALL;
  private boolean refuseUnknownFields;
  private boolean exposeErrors;
  private String title = "Tern service";
  private String version = "0";

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
    if (methods.putIfAbsent(method.name(), new Registration<>(method, lane, procedure)) != null) {
      throw new IllegalArgumentException(
          "method: " + method.name() + " is served already (expected: one procedure a name)");
    }
    return this;
  }

  /** Adds a filter around every method, inside those added before. */
  public ServerBuilder filter(Filter filter) {
    filters.add(filter);
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
          "pool "
              + name
              + ": "
              + threads
              + " threads, queue "
              + queue
              + " (expected: at least 1 each)");
    }
    poolSizes.put(name, new PoolSize(threads, queue));
    return this;
  }

  /** The bounds on connections and messages. */
  public ServerBuilder limits(Limits bounds) {
    limits = bounds;
    return this;
  }

  /**
   * The longest payload, in or out: 1 byte to {@link Limits#MAX_FRAME_BYTES}; 16 MiB if not set.
   */
  public ServerBuilder frameBytes(int bytes) {
    return limits(limits.with(Bound.FRAME_BYTES, bytes));
  }

  /** Calls that may run at once over all connections; more are refused as SERVER_BUSY. */
  public ServerBuilder maxInFlight(int calls) {
    if (calls < 1) {
      throw new IllegalArgumentException("maxInFlight: " + calls + " (expected: at least 1)");
    }
    maxInFlight = calls;
    return this;
  }

  /** Bytes that all connections may hold together; a quarter of the heap if not set. */
  public ServerBuilder processBytes(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("processBytes: " + bytes + " (expected: at least 1)");
    }
    processBytes = bytes;
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
          "unreadOutput: "
              + bytes
              + " bytes, stall "
              + stall
              + " (expected: at least "
              + Connection.SEND_PROGRESS_BYTES
              + " bytes, stall more than 0)");
    }
    unreadOutputBytes = bytes;
    writeStall = stall;
    return this;
  }

  /** Whether a param that the method does not have is an error; it is ignored if not set. */
  public ServerBuilder refuseUnknownFields(boolean refuse) {
    refuseUnknownFields = refuse;
    return this;
  }

  /**
   * Whether a bare peer sees the message of an unexpected exception instead of an incident id. For
   * teaching; leave it off where strangers call.
   */
  public ServerBuilder exposeErrors(boolean expose) {
    exposeErrors = expose;
    return this;
  }

  /** What {@code rpc.discover} says of the service. */
  public ServerBuilder describe(String serviceTitle, String serviceVersion) {
    title = serviceTitle;
    version = serviceVersion;
    return this;
  }

  /** The clock; for tests. */
  public ServerBuilder timers(Timers clock) {
    timers = clock;
    return this;
  }

  /**
   * Starts on the loopback address, and throws what {@link #listen(InetSocketAddress)} throws.
   *
   * @param port 0 picks a free one
   * @throws IOException if the port cannot be bound
   * @throws IllegalArgumentException also if the port is not in 0 to 65535
   */
  public Server listen(int port) throws IOException {
    return listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  /**
   * Starts on an address.
   *
   * @throws IOException if the address cannot be bound
   * @throws IllegalArgumentException if a method has params that can never be read, such as a
   *     record with an interface in it, or a record in a package that is not open to {@code
   *     dev.tern.core}
   * @throws IllegalStateException if a method cannot run on its lane
   */
  public Server listen(InetSocketAddress address) throws IOException {
    Server server = new Server(this);
    server.listen(address);
    return server;
  }

  Transport transport() {
    return transport;
  }

  Timers timers() {
    return timers;
  }

  List<ExecutorService> startPools() {
    pools.clear();
    List<ExecutorService> started = new ArrayList<>();
    poolSizes.forEach(
        (name, size) -> {
          ExecutorService pool =
              new ThreadPoolExecutor(
                  size.threads(),
                  size.threads(),
                  0,
                  TimeUnit.SECONDS,
                  new ArrayBlockingQueue<>(size.queue()),
                  Thread.ofPlatform().daemon().name("tern-pool-" + name + "-", 0).factory());
          pools.put(name, pool);
          started.add(pool);
        });
    return started;
  }

  ServerCore core(Runnable onClosed) {
    ByteBudget bytes = new ByteBudget(processBytes, timers);
    Gates gates = new Gates(maxInFlight, bytes);
    Counters counters = Counters.ofServer(timers, gates::inFlight);
    CallLog log = new CallLog(timers, counters);
    Incidents incidents = new Incidents(timers);
    return new ServerCore(
        limits,
        unreadOutputBytes,
        writeStall,
        timers,
        counters,
        log,
        incidents,
        bytes,
        gates,
        served(log, incidents),
        Map.copyOf(pools),
        hello(),
        onClosed);
  }

  private Map<String, ServedMethod> served(CallLog log, Incidents incidents) {
    List<Filter> order = ServerStack.filters(new CallLogFilter(log), incidents, filters);
    Map<String, ServedMethod> served = new LinkedHashMap<>();
    for (Registration<?, ?> registration : methods.values()) {
      check(registration, order);
      served.put(registration.method().name(), serve(registration, incidents, order));
    }
    byte[] document = OpenRpc.document(title, version, docs());
    Method<Void, Object> discover =
        Method.<Void, Object>of("rpc.discover", Void.class, Object.class).effect(Effect.READ);
    Handler answer =
        new Handler() {
          @Override
          public Response handle(Request request) {
            CallTask task = CallTask.of(request);
            if (task != null) {
              task.begin();
              task.end();
            }
            return new Response.Value(document);
          }

          @Override
          public String toString() {
            return discover.name();
          }
        };
    served.put(
        discover.name(), new ServedMethod(discover, Lane.VIRTUAL, CORE.wrap(order, answer), false));
    return Map.copyOf(served);
  }

  private ServedMethod serve(
      Registration<?, ?> registration, Incidents incidents, List<Filter> order) {
    Method<?, ?> method = registration.method();
    Handler innermost;
    try {
      innermost = registration.invocation(incidents, refuseUnknownFields, exposeErrors);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("method " + method.name() + ": " + e.getMessage(), e);
    }
    return new ServedMethod(
        method, registration.lane(), CORE.wrap(order, innermost), method.isInterruptible());
  }

  private void check(Registration<?, ?> registration, List<Filter> order) {
    String name = registration.method().name();
    switch (registration.lane()) {
      case Lane.Virtual _ -> {}
      case Lane.Inline _ -> {
        for (Filter filter : order) {
          if (filter.mayBlock()) {
            throw new IllegalStateException(
                "method "
                    + name
                    + " is on the INLINE lane, but the filter "
                    + CORE.nameOf(filter)
                    + " may block (expected: mayBlock() false, or another lane)");
          }
        }
      }
      case Lane.Pool(String pool) -> {
        if (!pools.containsKey(pool)) {
          throw new IllegalStateException(
              "method "
                  + name
                  + " is on the pool \""
                  + pool
                  + "\" (expected: one of "
                  + pools.keySet()
                  + ")");
        }
      }
    }
  }

  private List<MethodDoc> docs() {
    List<MethodDoc> docs = new ArrayList<>();
    for (Registration<?, ?> registration : methods.values()) {
      Method<?, ?> method = registration.method();
      docs.add(
          new MethodDoc(
              method.name(),
              method.paramsType(),
              method.resultType(),
              method.effect().name(),
              method.description()));
    }
    return docs;
  }

  private byte[] hello() {
    Map<String, Object> bounds = new LinkedHashMap<>();
    bounds.put("frame_bytes", limits.get(Bound.FRAME_BYTES));
    bounds.put("in_flight", limits.get(Bound.IN_FLIGHT));
    Map<String, Object> hello = new LinkedHashMap<>();
    hello.put("versions", List.of(1));
    hello.put("encodings", List.of("json"));
    hello.put("compressions", List.of());
    hello.put("limits", bounds);
    return JsonCodec.DEFAULT.encode(hello).toByteArray();
  }
}
