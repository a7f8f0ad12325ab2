package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.Procedure;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.core.client.Client;
import dev.tern.core.runtime.IoThread;
import dev.tern.core.server.Server;
import dev.tern.protocol.Executed;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where methods run, and that the same filters stand around them wherever that is. */
final class LanesTest extends EveryTransport {

  static final Method<Void, String> RUN = Method.of("test.run", Void.class, String.class);

  /** A filter that parks no thread. */
  private record Noting(String name, List<String> notes) implements Filter {
    /** The hello that a client says by itself is not what is looked at. */
    @Override
    public boolean appliesTo(Method<?, ?> method) {
      return !method.name().startsWith("rpc.");
    }

    @Override
    public Response filter(Request request, Handler next) {
      notes.add(name + " before");
      Response response = next.handle(request);
      notes.add(name + " after");
      return response;
    }

    @Override
    public boolean mayBlock() {
      return false;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Lane lane(String name) {
    return switch (name) {
      case "virtual" -> Lane.VIRTUAL;
      case "inline" -> Lane.INLINE;
      default -> Lane.pool(name);
    };
  }

  private Server running(Lane lane, Procedure<Void, String> procedure) {
    return start(usualServer().pool("heavy", 1, 1).serve(RUN, lane, procedure));
  }

  private String resultOn(Lane lane, Procedure<Void, String> procedure) {
    return client(running(lane, procedure)).call(RUN, null);
  }

  @Test
  void theVirtualLaneIsAVirtualThread() {
    assertThat(resultOn(Lane.VIRTUAL, _ -> "" + Thread.currentThread().isVirtual()))
        .isEqualTo("true");
  }

  @Test
  void theInlineLaneIsTheThreadThatReads() {
    assertThat(resultOn(Lane.INLINE, _ -> "" + IoThread.isCurrent())).isEqualTo("true");
  }

  @Test
  void aPoolIsNamedPlatformThreads() {
    assertThat(
            resultOn(
                Lane.pool("heavy"),
                _ -> Thread.currentThread().isVirtual() + Thread.currentThread().getName()))
        .isEqualTo("falsetern-pool-heavy-0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"virtual", "inline", "heavy"})
  void theFiltersStandAroundEveryLaneInTheirOrder(String lane) {
    List<String> notes = new CopyOnWriteArrayList<>();
    Server server =
        start(
            usualServer()
                .pool("heavy", 1, 1)
                .filter(new Noting("outer", notes))
                .filter(new Noting("inner", notes))
                .serve(
                    RUN,
                    lane(lane),
                    _ -> {
                      notes.add("handler");
                      return "";
                    }));

    client(server).call(RUN, null);

    assertThat(notes)
        .containsExactly("outer before", "inner before", "handler", "inner after", "outer after");
  }

  @ParameterizedTest
  @ValueSource(strings = {"virtual", "inline", "heavy"})
  void theCurrentRequestIsBoundOnEveryLane(String lane) {
    assertThat(resultOn(lane(lane), _ -> Request.current().method())).isEqualTo("test.run");
  }

  @Test
  void theFiltersOfAClientStandInTheirOrder() {
    List<String> notes = new CopyOnWriteArrayList<>();
    Client client =
        client(
            start(usualServer()).address(),
            b -> b.filter(new Noting("outer", notes)).filter(new Noting("inner", notes)));

    client.call(ADD, new Pair(1, 2));

    assertThat(notes).containsExactly("outer before", "inner before", "inner after", "outer after");
  }

  @Test
  void anInlineMethodUnderAFilterThatMayBlockIsRefused() {
    Filter blocks =
        new Filter() {
          @Override
          public Response filter(Request request, Handler next) {
            return next.handle(request);
          }

          @Override
          public String toString() {
            return "sleepy";
          }
        };

    assertThatIllegalStateException()
        .isThrownBy(() -> start(usualServer().filter(blocks).serve(RUN, Lane.INLINE, _ -> "")))
        .withMessageContaining("test.run")
        .withMessageContaining("sleepy");
  }

  @Test
  void aPoolThatWasNotDeclaredIsRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> running(Lane.pool("huge"), _ -> ""))
        .withMessageContaining("test.run")
        .withMessageContaining("huge")
        .withMessageContaining("pool(name, threads, queue)")
        .withMessageContaining("heavy");
  }

  @Test
  void aFullPoolRefuses() {
    Server server =
        running(
            Lane.pool("heavy"),
            _ -> {
              gate.pass();
              return "ran";
            });
    Client client = client(server);
    CompletableFuture<String> running = client.callAsync(RUN, null);
    gate.awaitEntered(1);
    // One waits in the queue, the other finds it full; which is which, nobody can say.
    CompletableFuture<String> second = client.callAsync(RUN, null);
    CompletableFuture<String> third = client.callAsync(RUN, null);

    CompletableFuture.anyOf(second, third).exceptionally(_ -> "").join();
    boolean secondIsRefused = second.isDone();
    RpcException e = failure(secondIsRefused ? second : third);
    gate.open();

    assertThat(e.code()).isEqualTo("SERVER_BUSY");
    assertThat(e.executed()).isEqualTo(Executed.NO);
    assertThat(e.details()).containsKey("retry_after_ms");
    assertThat(result(running)).isEqualTo("ran");
    assertThat(result(secondIsRefused ? third : second)).isEqualTo("ran");
    eventually(() -> server.stats().inFlight() == 0);
    assertThat(client.call(RUN, null)).as("there is room again").isEqualTo("ran");
  }

  @Test
  void aFullPoolSaysWhenThereWillBeRoom() {
    AtomicBoolean isMeasured = new AtomicBoolean();
    Server server =
        start(
            usualServer()
                .timers(clock)
                .pool("heavy", 1, 1)
                .serve(
                    RUN,
                    Lane.pool("heavy"),
                    _ -> {
                      if (isMeasured.compareAndSet(false, true)) {
                        clock.advance(Duration.ofMillis(400));
                      } else {
                        gate.pass();
                      }
                      return "ran";
                    }));
    Client client = client(server);
    client.call(RUN, null);
    CompletableFuture<String> running = client.callAsync(RUN, null);
    gate.awaitEntered(1);
    CompletableFuture<String> second = client.callAsync(RUN, null);
    CompletableFuture<String> third = client.callAsync(RUN, null);

    CompletableFuture.anyOf(second, third).exceptionally(_ -> "").join();
    RpcException e = failure(second.isDone() ? second : third);
    gate.open();

    // The one that waits needs the one that runs to end, and then itself.
    assertThat(e.details()).containsEntry("retry_after_ms", 800L);
    assertThat(result(running)).isEqualTo("ran");
  }

  @Test
  void aCallOfAClientOnAThreadThatReadsIsRefused() {
    Client nested = client(start(usualServer()));

    String thrown =
        resultOn(
            Lane.INLINE,
            _ -> {
              try {
                return "" + nested.call(ADD, new Pair(1, 2));
              } catch (IllegalStateException e) {
                return String.valueOf(e.getMessage());
              }
            });

    assertThat(thrown).contains("calc.add").contains("I/O thread");
  }

  @Test
  void closingAServerOnAThreadThatReadsIsRefused() {
    Server other = start(usualServer());

    String thrown =
        resultOn(
            Lane.INLINE,
            _ -> {
              try {
                other.close();
                return "closed";
              } catch (IllegalStateException e) {
                return String.valueOf(e.getMessage());
              }
            });

    assertThat(thrown).contains("Server.close").contains("I/O thread");
  }

  @ParameterizedTest
  @ValueSource(strings = {"inline", "heavy"})
  void anInterruptThatAHandlerLeavesDoesNotReachTheNextCall(String lane) {
    Client client =
        client(
            running(
                lane(lane),
                _ -> {
                  boolean before = Thread.currentThread().isInterrupted();
                  Thread.currentThread().interrupt();
                  return "" + before;
                }));
    client.call(RUN, null);

    assertThat(client.call(RUN, null)).isEqualTo("false");
  }
}
