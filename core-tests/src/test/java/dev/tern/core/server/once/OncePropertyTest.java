package dev.tern.core.server.once;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Caller;
import dev.tern.core.Effect;
import dev.tern.core.Filter;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.RpcFixture;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.limit.ConcurrencyLimit;
import dev.tern.core.outcome.MemoryStore;
import dev.tern.core.server.Server;
import dev.tern.core.server.ServerBuilder;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Meta;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many threads make attempts at few operations: of some callers, with some keys, with the same and
 * with other params, at any time. Whatever happens, an operation runs once, each of its attempts is
 * told the same bytes, and nobody is told another caller's.
 */
@SuppressWarnings(
    "ThreadPriorityCheck") // to yield changes who comes first, and nothing relies on it
final class OncePropertyTest extends RpcFixture {
  /** Set it to repeat a failure, or to try something new. */
  private static final long SEED = Long.getLong("tern.fuzz.seed", 20_261_129L);

  private static final int ROUNDS = Integer.getInteger("tern.fuzz.rounds", 60);
  private static final int ATTEMPTS_A_ROUND = 120;

  /** Of the calls that run at once, where there is one. */
  private static final int LIMIT = 3;

  private static final List<String> CALLERS = List.of("", "ann", "bob");

  record Work(int kind, int params) {}

  private static final Method<Work, String> RUN =
      Method.of("run", Work.class, String.class).effect(Effect.ONCE);

  /** An operation, as the test knows it. */
  private record Key(String caller, String key) {}

  /** One attempt, and what it was told. */
  private record Told(Key key, Work work, String what) {}

  private final Map<Key, Queue<Work>> runs = new ConcurrentHashMap<>();
  private final AtomicInteger number = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger mostRunning = new AtomicInteger();

  /** Each run answers with bytes of its own. */
  private String run(String caller, String key, Work work) {
    mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
    runs.computeIfAbsent(new Key(caller, key), _ -> new ConcurrentLinkedQueue<>()).add(work);
    for (int i = work.params() % 3 * 50; i > 0; i--) {
      Thread.yield();
    }
    int mine = number.incrementAndGet();
    running.decrementAndGet();
    if (work.kind() == 1) {
      throw new RpcException("MINE", caller + " " + mine, Map.of("run", mine));
    }
    return caller + " " + mine;
  }

  private Server server(String lane) {
    Filter names =
        Filter.nonBlocking(
            (request, next) -> {
              String name = request.meta().get(Meta.AUTH);
              return next.handle(name == null ? request : request.withCaller(new Caller(name)));
            });
    Lane on =
        switch (lane) {
          case "inline" -> Lane.INLINE;
          case "pool" -> Lane.pool("pool");
          default -> Lane.VIRTUAL;
        };
    MemoryStore store = MemoryStore.builder().window(Duration.ofMinutes(5)).build();
    ServerBuilder builder = Server.builder(transport);
    if (lane.equals("limited")) {
      builder.limit(ConcurrencyLimit.fixed(LIMIT).queue(10_000).fairShare(1));
    }
    return start(
        builder
            .pool("pool", LIMIT, 10_000)
            .outcomes(store)
            .filter(names)
            .serve(
                RUN,
                on,
                work -> {
                  var request = Request.current();
                  String key = Objects.requireNonNull(request.meta().get(Meta.KEY));
                  return run(request.caller().name(), key, work);
                }));
  }

  /** Whether an attempt may be turned away, as no more may run. */
  private static boolean mayBeFull(String lane) {
    return lane.equals("limited") || lane.equals("pool");
  }

  @ParameterizedTest
  @ValueSource(strings = {"virtual", "inline", "pool", "limited"})
  void once(String lane, TestReporter reporter) {
    reporter.publishEntry("seed", Long.toString(SEED));
    Random random = new Random(SEED);
    Server server = server(lane);
    List<Client> clients = List.of(client(server), client(server), client(server));
    int replays = 0;
    int conflicts = 0;
    for (int round = 0; round < ROUNDS; round++) {
      List<Told> told = round(clients, random, round);
      String what = "lane %s, round %d, seed %d".formatted(lane, round, SEED);
      Map<Key, Set<String>> answers = new HashMap<>();
      for (Told one : told) {
        if (one.what().equals("CONFLICT NO")) {
          conflicts++;
          // Somebody else's params ran: never a conflict of an operation with itself. Under a limit
          // they may have been given up instead, as there was no place.
          if (!lane.equals("limited")) {
            assertThat(ran(one.key())).as("%s: %s", what, one).isNotEqualTo(one.work());
          }
        } else if (!one.what().startsWith(mayBeFull(lane) ? "SERVER_BUSY " : "SERVER_BUSY MAYBE")) {
          replays +=
              answers.computeIfAbsent(one.key(), _ -> new HashSet<>()).add(one.what()) ? 0 : 1;
          assertThat(ran(one.key())).as("%s: %s", what, one).isEqualTo(one.work());
        }
      }
      answers.forEach(
          (key, all) -> {
            assertThat(all).as("%s: %s", what, key).hasSize(1);
            assertThat(all.iterator().next()).as(what).contains(">" + key.caller() + " ");
          });
    }
    runs.forEach((key, all) -> assertThat(all).as("seed %d, %s", SEED, key).hasSize(1));
    reporter.publishEntry("runs", Integer.toString(runs.size()));
    reporter.publishEntry("replays", Integer.toString(replays));
    if (lane.equals("limited") || lane.equals("pool")) {
      assertThat(mostRunning.get()).as("seed %d", SEED).isBetween(1, LIMIT);
    }
    assertThat(replays).isPositive();
    assertThat(conflicts).isPositive();
  }

  private Work ran(Key key) {
    return Objects.requireNonNull(runs.getOrDefault(key, new ConcurrentLinkedQueue<>()).peek());
  }

  private List<Told> round(List<Client> clients, Random random, int round) {
    List<CompletableFuture<Told>> all = new ArrayList<>();
    CountDownLatch go = new CountDownLatch(1);
    for (int i = 0; i < ATTEMPTS_A_ROUND; i++) {
      String key = "operation-%06d-%d".formatted(round, random.nextInt(6));
      int kind = (key.charAt(key.length() - 1) - '0') % 2;
      Work work = new Work(kind, random.nextInt(8) == 0 ? 1 + random.nextInt(3) : 0);
      Key mine = new Key(CALLERS.get(random.nextInt(CALLERS.size())), key);
      Client client = clients.get(random.nextInt(clients.size()));
      int pause = random.nextInt(400);
      CompletableFuture<Told> told = new CompletableFuture<>();
      all.add(told);
      Thread.startVirtualThread(
          () -> {
            awaitCount(go);
            for (int p = 0; p < pause; p++) {
              Thread.yield();
            }
            told.complete(new Told(mine, work, attempt(client, mine, work)));
          });
    }
    go.countDown();
    return all.stream().map(RpcFixture::result).toList();
  }

  /** What it was told, to the byte. */
  private static String attempt(Client client, Key key, Work work) {
    CallOptions options = CallOptions.DEFAULT.withKey(key.key()).withEffect(Effect.ONCE);
    if (!key.caller().isEmpty()) {
      options = options.withAuth(key.caller());
    }
    String json = "{\"kind\":%d,\"params\":%d}".formatted(work.kind(), work.params());
    try {
      Response.Value value =
          client.callEncoded("run", json.getBytes(StandardCharsets.UTF_8), options);
      String text = value.value().toString();
      return "OK >" + text.substring(1, text.length() - 1);
    } catch (RpcException e) {
      return e.executed() == Executed.YES
          ? e.code() + " >" + e.getMessage() + " " + e.details()
          : e.code() + " " + e.executed();
    }
  }
}
