package dev.tern.bench.lab.trial;

import dev.tern.bench.lab.trial.Operation.Amount;
import dev.tern.bench.lab.trial.Service.Outage;
import dev.tern.core.CallAttempt;
import dev.tern.core.Effect;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.Request;
import dev.tern.core.RpcException;
import dev.tern.core.Stats;
import dev.tern.core.client.Client;
import dev.tern.core.client.Reply;
import dev.tern.core.limit.ConcurrencyLimit;
import dev.tern.core.runtime.Environment;
import dev.tern.core.server.Server;
import dev.tern.core.server.ServerBuilder;
import dev.tern.protocol.ErrorCode;
import dev.tern.testkit.FaultProxy;
import dev.tern.transport.memory.Direction;
import dev.tern.transport.threads.ThreadsTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A server, a bad network before it, and a client, connected over real sockets. */
final class Site implements AutoCloseable {
  private static final String POOL = "work";
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** More would be a server that does not answer at all. */
  private static final int GREETINGS = 20;

  private final Service service;
  private final Method<Amount, Integer> method;
  private final Amount amount;
  private final Dice serverDice;
  private final LongAdder runs = new LongAdder();
  private final LongAdder startedLate = new LongAdder();

  /** Who came first is worked at first, as by a machine that does not know who has given up. */
  private final Semaphore places;

  private final @Nullable Flood flood;
  private final AtomicInteger counter = new AtomicInteger();
  private final ThreadsTransport transport = new ThreadsTransport();
  private final Server server;
  private final FaultProxy proxy;
  private final Client client;

  /** Received before the load began. */
  private long receivedBefore;

  private volatile long began = System.nanoTime();

  /** What the server has seen of the load. */
  record Seen(long received, long runs, long counted, long startedLate) {}

  Site(Setting setting, long seed) throws IOException {
    SplittableRandom seeds = new SplittableRandom(seed);
    this.service = setting.service();
    this.places = new Semaphore(Math.max(1, service.places()), true);
    this.method = setting.operation().method();
    this.amount = new Amount(setting.operation() == Operation.GET ? 0 : 1);
    this.serverDice = new Dice(seeds.nextLong(), Jitter.FULL);
    this.server = listen();
    this.proxy =
        FaultProxy.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    Dice waits = new Dice(seeds.nextLong(), setting.plan().jitter());
    this.client =
        Client.builder(transport)
            .retry(setting.plan().policy())
            .timeout(Duration.ofMillis(setting.timeoutMillis()))
            .environment(Environment.SYSTEM.withRandom(waits))
            .connect(proxy.address());
    try {
      greet();
      proxy.loseFrames(Direction.TO_SERVER, setting.lossEachWay(), seeds.nextLong());
      proxy.loseFrames(Direction.TO_CLIENT, setting.lossEachWay(), seeds.nextLong());
      this.flood =
          setting.floodPerSecond() == 0
              ? null
              : Flood.start(server.port(), setting.floodPerSecond());
    } catch (IOException | RuntimeException e) {
      closeEnds();
      throw e;
    }
  }

  private Server listen() throws IOException {
    Lane lane = service.threads() == 0 ? Lane.VIRTUAL : Lane.pool(POOL);
    ServerBuilder builder =
        Server.builder(transport)
            .serve(Operation.GET.method(), lane, _ -> work(0))
            .serve(Operation.INC.method(), lane, amount -> work(amount.by()))
            .serve(Operation.INC_ONCE.method(), lane, amount -> work(amount.by()));
    if (service.threads() > 0) {
      builder.pool(POOL, service.threads(), service.queue());
    }
    ConcurrencyLimit limit = service.limit();
    if (limit != null) {
      builder.limit(limit);
    }
    return builder.listen(0);
  }

  /**
   * What is done once for each connection is no matter of the trial. The first attempts of a
   * process may take longer than the plan allows.
   */
  private void greet() {
    for (int left = GREETINGS; ; left--) {
      try {
        if (method.effect() == Effect.ONCE) {
          var _ = client.operation(method);
        } else {
          client.call("rpc.ping", null, Object.class);
        }
        return;
      } catch (RpcException e) {
        if (left == 1) {
          throw e;
        }
      }
    }
  }

  private int work(int by) throws InterruptedException {
    runs.increment();
    if (System.nanoTime() - Request.current().deadlineNanos() >= 0) {
      startedLate.increment();
    }
    if (service.places() == 0) {
      return worked(by);
    }
    places.acquire();
    try {
      return worked(by);
    } finally {
      places.release();
    }
  }

  private int worked(int by) throws InterruptedException {
    Outage outage = service.outage();
    if (outage != null) {
      endure(outage);
    }
    boolean isSlow = service.slowShare() > 0 && serverDice.nextDouble() < service.slowShare();
    int millis = isSlow ? service.slowMillis() : service.delayMillis();
    if (millis > 0) {
      Thread.sleep(millis);
    }
    return counter.addAndGet(by);
  }

  private void endure(Outage outage) throws InterruptedException {
    long sinceMillis = (System.nanoTime() - began) / NANOS_PER_MILLI;
    if (sinceMillis < outage.fromMillis() || sinceMillis >= outage.untilMillis()) {
      return;
    }
    if (!outage.hangs()) {
      throw RpcException.refusal(ErrorCode.UNAVAILABLE, "down for a while");
    }
    Thread.sleep(outage.untilMillis() - sinceMillis);
  }

  /** The load begins now. */
  void begin() {
    receivedBefore = received();
    began = System.nanoTime();
  }

  long began() {
    return began;
  }

  /** Makes a call, and returns when it has ended. */
  Ended call(long intended) {
    long left = System.nanoTime();
    try {
      Reply<Integer> reply = client.exchange(method, amount);
      return ended(intended, left, Stats.OK, reply.attempts());
    } catch (RpcException e) {
      return ended(intended, left, e.code(), e.attempts());
    }
  }

  private Ended ended(long intended, long left, String code, List<CallAttempt> attempts) {
    long now = System.nanoTime();
    return new Ended(
        intended - began,
        now - intended,
        now - left,
        code,
        attempts.stream().map(one -> left - began + one.began().toNanos()).toList());
  }

  Seen seen() {
    return new Seen(received() - receivedBefore, runs.sum(), counter.get(), startedLate.sum());
  }

  private long received() {
    Stats stats = server.stats();
    return stats.inFlight() + stats.byCode().values().stream().mapToLong(Long::longValue).sum();
  }

  /** Cuts off what still runs. */
  @Override
  public void close() {
    if (flood != null) {
      flood.close();
    }
    closeEnds();
  }

  private void closeEnds() {
    client.close(Duration.ZERO);
    proxy.close();
    server.close(Duration.ZERO);
    transport.close();
  }
}
