package dev.tern.cli.serve;

import dev.tern.cli.serve.DemoService.Sleep;
import dev.tern.core.Counter;
import dev.tern.core.Lane;
import dev.tern.core.RpcException;
import dev.tern.core.Stats;
import dev.tern.core.client.Client;
import dev.tern.core.limit.ConcurrencyLimit;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.server.DrainReport;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A flood that is refused, and a stop that nobody notices. */
final class PressureScenes {
  private static final int FLOOD = 400;
  private static final int RUNNING = 8;
  private static final long SLEEP_MILLIS = 20;

  private static final int CALLERS = 16;
  private static final int CALLS_EACH = 25;
  private static final Duration GRACE = Duration.ofSeconds(5);

  /** As long as it may take until a server that stops has let go of its port. */
  private static final long PORT_PATIENCE_NANOS = 5_000_000_000L;

  private static final long LOOK_NANOS = 2_000_000;

  private final Transport transport;
  private final Claims claims;

  PressureScenes(Transport transport, Claims claims) {
    this.transport = transport;
    this.claims = claims;
  }

  void show() throws IOException {
    flood();
    stop();
  }

  private void flood() throws IOException {
    claims.scene("flood", "400 calls at once at a server that runs 8 and lets 8 wait");
    AtomicInteger politely = new AtomicInteger();
    AtomicInteger answered = new AtomicInteger();
    ConcurrencyLimit limit = ConcurrencyLimit.fixed(RUNNING).fairShare(1);
    try (Server server =
            DemoService.offer(Server.builder(transport).limit(limit), Lane.VIRTUAL).listen(0);
        Client client =
            Client.builder(transport).retry(RetryPolicy.NONE).connect(server.address());
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Void>> calls = new ArrayList<>();
      for (int i = 0; i < FLOOD; i++) {
        calls.add(
            CompletableFuture.runAsync(
                () -> {
                  try {
                    client.call(DemoService.SLEEP, new Sleep(SLEEP_MILLIS));
                    answered.incrementAndGet();
                  } catch (RpcException e) {
                    boolean isPolite =
                        e.code().equals(ErrorCode.SERVER_BUSY.name())
                            && e.executed() == Executed.NO
                            && e.details().get("retry_after_ms") instanceof Long;
                    politely.addAndGet(isPolite ? 1 : 0);
                  }
                },
                callers));
      }
      calls.forEach(CompletableFuture::join);
      long ran = server.stats().count(Stats.OK);
      long full = server.stats().count(Counter.REFUSED_QUEUE_FULL);
      claims.line(
          answered.get() + politely.get() == FLOOD && politely.get() > 0 && ran == answered.get(),
          FLOOD + " calls at once",
          "%d answered, %d refused at once as SERVER_BUSY, not executed, with a time to come back"
              .formatted(answered.get(), politely.get()),
          "each of " + FLOOD + " answered or refused, and nothing else run; " + full + " refused");
    }
  }

  private void stop() throws IOException {
    claims.scene("stop", "a server stops under load, and another one takes its port; no retries");
    Server first = DemoService.offer(Server.builder(transport), Lane.VIRTUAL).listen(0);
    AtomicInteger failed = new AtomicInteger();
    AtomicInteger made = new AtomicInteger();
    try (Client client =
            Client.builder(transport).retry(RetryPolicy.NONE).connect(first.address());
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        all.add(CompletableFuture.runAsync(() -> callOften(client, made, failed), callers));
      }
      while (made.get() < CALLERS * CALLS_EACH / 4) {
        LockSupport.parkNanos(LOOK_NANOS);
      }
      CompletableFuture<DrainReport> drained =
          CompletableFuture.supplyAsync(() -> first.drain(GRACE), callers);
      try (Server second = listenAgain(first.port())) {
        all.forEach(CompletableFuture::join);
        DrainReport report = drained.join();
        long there = first.stats().count(Stats.OK);
        long here = second.stats().count(Stats.OK);
        boolean isGood =
            failed.get() == 0
                && report.isClean()
                && here > 0
                && there + here == (long) CALLERS * CALLS_EACH;
        claims.line(
            isGood,
            made.get() + " calls meanwhile",
            "%d failed; %d answered by the one that stopped, %d by the other"
                .formatted(failed.get(), there, here),
            "0 failed, both have answered; " + report);
      }
    } finally {
      first.close(Duration.ZERO);
    }
  }

  private static void callOften(Client client, AtomicInteger made, AtomicInteger failed) {
    for (int i = 0; i < CALLS_EACH; i++) {
      try {
        client.call(DemoService.SLEEP, new Sleep(SLEEP_MILLIS / 2));
      } catch (RpcException e) {
        failed.incrementAndGet();
      }
      made.incrementAndGet();
    }
  }

  /** On a port that another one still holds for a moment. */
  private Server listenAgain(int port) throws IOException {
    long until = System.nanoTime() + PORT_PATIENCE_NANOS;
    while (true) {
      try {
        return DemoService.offer(Server.builder(transport), Lane.VIRTUAL).listen(port);
      } catch (IOException e) {
        if (System.nanoTime() - until > 0) {
          throw e;
        }
        LockSupport.parkNanos(LOOK_NANOS);
      }
    }
  }
}
