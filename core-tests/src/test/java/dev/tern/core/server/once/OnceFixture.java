package dev.tern.core.server.once;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Caller;
import dev.tern.core.Effect;
import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.Procedure;
import dev.tern.core.RawPeer;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcFixture;
import dev.tern.core.outcome.MemoryStore;
import dev.tern.core.server.Server;
import dev.tern.core.server.ServerBuilder;
import dev.tern.protocol.Meta;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/** A server on the manual clock with a method that must happen once, and peers that know frames. */
abstract class OnceFixture extends RpcFixture {
  static final Duration WINDOW = Duration.ofSeconds(10);
  static final String KEY = "0123456789-abcdef";
  static final String UUID = "6f0c1a52-93b4-4d6e-8a70-0123456789ab";
  static final Method<Pair, Object> RUN =
      Method.of("run", Pair.class, Object.class).effect(Effect.ONCE);

  final MemoryStore store = MemoryStore.builder().timers(clock).window(WINDOW).build();
  final AtomicInteger runs = new AtomicInteger();

  /** What the method does beside counting. */
  volatile Procedure<Pair, Object> work = p -> p.a() + p.b();

  Object count(Pair params) throws Exception {
    runs.incrementAndGet();
    return work.call(params);
  }

  /** The work waits at the gate. */
  void holdWork() {
    Procedure<Pair, Object> held = work;
    work =
        p -> {
          gate.pass();
          return held.call(p);
        };
  }

  ServerBuilder onceServer() {
    return Server.builder(transport).timers(clock).outcomes(store);
  }

  Server started() {
    return start(onceServer().serve(RUN, this::count));
  }

  Server started(Lane lane) {
    return start(onceServer().pool("pool", 1, 100).serve(RUN, lane, this::count));
  }

  RawPeer peer() {
    return rawClient(started());
  }

  /** Says who calls: whoever sends a bearer token is called like that. */
  static final class TokenIsName implements Filter {
    @Override
    public Response filter(Request request, Handler next) {
      String token = request.meta().get(Meta.AUTH);
      return next.handle(token == null ? request : request.withCaller(new Caller(token)));
    }

    @Override
    public boolean mayBlock() {
      return false;
    }
  }

  static String call(int id, String meta) {
    return call(id, "{\"a\":1,\"b\":2}", meta);
  }

  static String call(int id, String params, String meta) {
    return "{\"id\":%d,\"method\":\"run\",\"params\":%s,\"meta\":{%s}}".formatted(id, params, meta);
  }

  static String keyed(int id) {
    return call(id, "\"key\":\"" + KEY + "\"");
  }

  static String keyed(int id, int attempt) {
    return call(id, "\"key\":\"" + KEY + "\",\"attempt\":" + attempt);
  }

  static String bare(String id) {
    return "{\"id\":\"%s\",\"method\":\"run\",\"params\":{\"a\":1,\"b\":2}}".formatted(id);
  }

  JsonNode ask(RawPeer peer, String frame) {
    peer.send(frame);
    return peer.read();
  }

  /** Sends it, and returns when somebody waits for something more than before. */
  void sendJoiner(RawPeer peer, String frame) {
    int before = clock.pending();
    peer.send(frame);
    eventually(() -> clock.pending() > before);
  }

  static void assertError(JsonNode reply, String code, String executed) {
    assertThat(
            reply.path("error").path("code").asString("none")
                + " "
                + reply.path("error").path("executed").asString("none"))
        .as("%s", reply)
        .isEqualTo(code + " " + executed);
  }

  static void assertResult(JsonNode reply, String result) {
    assertThat(String.valueOf(reply.get("result"))).as("%s", reply).isEqualTo(result);
  }

  static boolean isReplayed(JsonNode reply) {
    return reply.path("meta").path("replayed").asBoolean(false);
  }
}
