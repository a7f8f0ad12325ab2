package dev.tern.core.server.once;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Caller;
import dev.tern.core.Filter;
import dev.tern.core.Gate;
import dev.tern.core.Lane;
import dev.tern.core.RawPeer;
import dev.tern.core.Request;
import dev.tern.core.RpcException;
import dev.tern.core.auth.Identity;
import dev.tern.core.auth.TokenVerifier;
import dev.tern.core.limit.ConcurrencyLimit;
import dev.tern.core.server.ServerBuilder;
import dev.tern.protocol.Meta;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Two callers use one key: these are two operations, and neither waits for the other. */
final class OthersWithTheKeyTest extends OnceFixture {
  private final Gate open = new Gate();

  OthersWithTheKeyTest() {
    open.open();
  }

  /** Who says who calls. */
  enum Names {
    FILTER {
      @Override
      ServerBuilder known(ServerBuilder server) {
        return server.filter(new TokenIsName());
      }
    },
    VERIFIER {
      @Override
      ServerBuilder known(ServerBuilder server) {
        return server.authenticate(new NameIsToken(false));
      }
    },
    BLOCKING_VERIFIER {
      @Override
      ServerBuilder known(ServerBuilder server) {
        return server.authenticate(new NameIsToken(true));
      }
    };

    abstract ServerBuilder known(ServerBuilder server);
  }

  /** Each token names its caller. */
  private record NameIsToken(boolean mayBlock) implements TokenVerifier {
    @Override
    public Identity verify(String token) {
      return Identity.of(token);
    }
  }

  private static String by(String caller, int id) {
    return call(id, "\"key\":\"%s\",\"auth\":\"%s\"".formatted(KEY, caller));
  }

  /** Ann's call has its thread, and has not yet come to its operation. */
  @ParameterizedTest
  @EnumSource
  void oneThatHasNotBegunHoldsNobodyUp(Names names) {
    Filter holdsAnns =
        (request, next) -> {
          if (request.caller().name().endsWith("ann")) {
            pass(gate);
          }
          return next.handle(request);
        };
    ServerBuilder server = names.known(onceServer().pool("pool", 2, 10)).filter(holdsAnns);
    RawPeer peer = rawClient(start(server.serve(RUN, Lane.pool("pool"), this::count)));
    peer.send(by("ann", 1));
    gate.awaitEntered(1);

    assertResult(ask(peer, by("bob", 2)), "3");
    gate.open();
    assertResult(peer.read(), "3");
    assertThat(runs).hasValue(2);
  }

  private static void pass(Gate gate) {
    try {
      gate.pass();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Ann's operation has the only place: bob's call waits for it in the queue, as any other. */
  @ParameterizedTest
  @EnumSource
  void oneThatRunsLeavesOthersTheirPlaceInTheQueue(Names names) {
    holdWork();
    ServerBuilder server = names.known(onceServer()).limit(RUN, ConcurrencyLimit.fixed(1));
    RawPeer peer = rawClient(start(server.serve(RUN, this::count)));
    peer.send(by("ann", 1));
    gate.awaitEntered(1);
    peer.send(by("bob", 2), "{\"id\":3,\"method\":\"rpc.ping\",\"meta\":{}}");
    assertThat(peer.read().path("id").asInt()).as("bob waits").isEqualTo(3);
    gate.open();

    assertResult(peer.read(), "3");
    assertResult(peer.read(), "3");
    assertThat(runs).hasValue(2);
  }

  /**
   * The same operation with two tokens, of which nobody knows at arrival that they are one
   * caller's: what waits on the only thread never waits for what waits for that thread.
   */
  @Test
  void aCallerWithTwoTokensDoesNotWaitForItself() {
    ThreadPoolExecutor one = new ThreadPoolExecutor(1, 1, 0, SECONDS, new LinkedBlockingQueue<>());
    Gate duplicate = new Gate();
    Gate other = new Gate();
    Filter names =
        (request, next) -> {
          pass(Thread.currentThread().isVirtual() ? duplicate : isByOther(request) ? other : open);
          return next.handle(request.withCaller(new Caller("ann")));
        };
    work =
        p -> {
          if (runs.get() == 1) {
            gate.pass();
            throw RpcException.notExecuted("LATER", "nothing has happened");
          }
          return p.a() + p.b();
        };
    ServerBuilder server = onceServer().filter(names).serve(RUN, Lane.of(one), this::count);
    RawPeer peer = rawClient(start(server));
    peer.send(by("first", 1));
    gate.awaitEntered(1);
    peer.send(by("first", 2)); // it may join, and takes its time
    duplicate.awaitEntered(1);
    peer.send(by("other", 3));
    gate.open(); // the first ends, without effect
    assertError(peer.read(), "LATER", "no");
    other.awaitEntered(1);
    duplicate.open(); // nothing to join: it needs the thread
    eventually(() -> one.getQueue().size() == 1);
    other.open();

    assertResult(peer.read(), "3");
    assertResult(peer.read(), "3");
    assertThat(runs).hasValue(2);
    one.shutdown();
  }

  /** As one that comes: it is told when there will be room in the pool's queue. */
  @Test
  void oneThatFindsNothingToJoinAndNoThreadIsToldWhenToComeAgain() {
    Gate duplicate = new Gate();
    Filter holdsDuplicates =
        (request, next) -> {
          pass(Thread.currentThread().isVirtual() ? duplicate : open);
          return next.handle(request);
        };
    Gate later = new Gate();
    work =
        p -> {
          if (runs.get() == 1) {
            gate.pass();
            clock.advance(Duration.ofMillis(400));
            throw RpcException.notExecuted("LATER", "nothing has happened");
          }
          later.pass();
          return p.a() + p.b();
        };
    ServerBuilder server = onceServer().pool("pool", 1, 1).filter(holdsDuplicates);
    RawPeer peer = rawClient(start(server.serve(RUN, Lane.pool("pool"), this::count)));
    peer.send(keyed(1));
    gate.awaitEntered(1);
    peer.send(keyed(2)); // it may join, and takes its time
    duplicate.awaitEntered(1);
    gate.open(); // the first ends, without effect
    assertError(peer.read(), "LATER", "no");
    peer.send(call(3, "\"key\":\"an-operation-of-its-own\""));
    later.awaitEntered(1);
    peer.send(call(4, "\"key\":\"and-another-operation\"")); // it waits for the thread
    assertThat(ask(peer, "{\"id\":5,\"method\":\"rpc.ping\",\"meta\":{}}").path("id").asInt())
        .as("by now it does")
        .isEqualTo(5);
    duplicate.open();

    JsonNode busy = peer.read();
    assertError(busy, "SERVER_BUSY", "no");
    assertThat(busy.at("/error/details/retry_after_ms").asInt()).isEqualTo(800);
    later.open();
    assertResult(peer.read(), "3");
    assertResult(peer.read(), "3");
  }

  private static boolean isByOther(Request request) {
    return "other".equals(request.meta().get(Meta.AUTH));
  }
}
