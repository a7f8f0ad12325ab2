package dev.tern.protocol.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.protocol.Dialect;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Meta;
import dev.tern.protocol.peer.Lifetime;
import dev.tern.protocol.value.Names;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An idle connection holds nothing of what went through it; what one holds it counts. */
class SessionMemoryTest {
  private static final int COLLECTIONS = 20;

  private final ServerSession server =
      new ServerSession(Limits.DEFAULT, Names.of(), Lifetime.ENDLESS, _ -> true, 0);
  private final ClientSession client = new ClientSession(Dialect.V1, Limits.DEFAULT);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":1,\"method\":\"rpc.ping\",\"meta\":{},\"x\":\"0\"}",
        "{\"id\":1,\"method\":\"rpc.ping\",\"params\":7}",
        "{\"id\":1,\"result\":7}",
        "{\"id\":1,}",
        "?"
      })
  void aServerLetsGoOfThePayload(String payload) {
    assertThat(isCollected(sentToServer(framed(payload)))).isTrue();
    assertThat(server.isDone()).as("still in use").isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":1,\"ok\":true,\"result\":7}",
        "{\"id\":1,\"ok\":false,\"error\":{\"code\":\"X\",\"message\":\"\"}}",
        "{\"id\":1,\"error\":{\"code\":1,\"message\":\"\",\"data\":{}}}"
      })
  void aClientLetsGoOfThePayload(String payload) {
    assertThat(isCollected(sentToClient(framed(payload)))).isTrue();
    assertThat(client.state().isOver()).as("still in use").isFalse();
  }

  @Test
  void aPrefixTakesNoMemory() {
    byte[] bytes = ByteBuffer.allocate(14).putInt(16 << 20).array();
    server.receive(bytes, 0, bytes.length, 0);
    assertThat(server.heldBytes()).isBetween(14L, 1024L);
  }

  @Test
  void anUnfinishedFrameIsDroppedByADrain() {
    sentToServer(framed("{\"method\":\"rpc.ping\",\"meta\":{}}"));
    begin();
    server.drain(0);
    assertThat(server.heldBytes()).isZero();
  }

  @Test
  void anUnfinishedFrameIsDroppedByAReset() {
    begin();
    server.disconnected();
    assertThat(server.heldBytes()).isZero();
  }

  @Test
  void anUnfinishedFrameIsDroppedWhenItsTimeIsOver() {
    begin();
    server.onTime(Duration.ofSeconds(60).toNanos());
    assertThat(server.isFinishing()).isTrue();
    assertThat(server.heldBytes()).isZero();
  }

  @Test
  void aFrameThatHasBegunIsABacklogOfItsWholeLength() {
    sentToServer(framed("{\"method\":\"rpc.ping\",\"meta\":{}}"));
    begin();
    assertThat(server.backlogBytes()).isEqualTo(16 << 20);
    server.drain(0);
    assertThat(server.backlogBytes()).isZero();
  }

  @Test
  void aCallIsCountedWithAllOfItsPayloadUntilItsHandlerReturns() {
    String params = "[\"" + "p".repeat(3_000) + "\"]";
    String meta =
        "{\"auth\":\"%s\",\"accept\":[%s\"z\"]}".formatted("a".repeat(2_000), "\"y\",".repeat(99));
    byte[] frame =
        framed("{\"id\":1,\"method\":\"m\",\"params\":" + params + ",\"meta\":" + meta + "}");
    sentToServer(frame);

    ServerCall call = nextCall();
    assertThat(call.heldBytes()).isEqualTo(frame.length - Limits.PREFIX_BYTES);
    assertThat(call.request().meta().get(Meta.ACCEPT)).as("each is an object").hasSize(16);
    assertThat(server.heldBytes()).isEqualTo(call.heldBytes());
    assertThat(server.backlogBytes()).as("it runs").isZero();

    server.complete(call, null);
    assertThat(server.heldBytes()).isZero();
  }

  @Test
  void bareCallsThatWaitAreABacklogUntilTheirTurn() {
    sentToServer(bare(1));
    sentToServer(bare(2));
    ServerCall first = nextCall();
    assertThat(server.backlogBytes()).isBetween(1_000L, 1_100L);
    assertThat(server.heldBytes()).isEqualTo(2 * server.backlogBytes());

    server.complete(first, null);
    ServerCall second = nextCall();
    assertThat(server.backlogBytes()).isZero();
    assertThat(server.heldBytes()).isEqualTo(second.heldBytes());

    server.complete(second, null);
    assertThat(server.heldBytes()).isZero();
  }

  @Test
  void aBareReplyThatWaitsIsABacklogToo() {
    sentToServer(bare(1));
    sentToServer(framed("{\"id\":2,\"method\":\"rpc.ping\"}"));
    assertThat(server.backlogBytes()).isBetween(20L, 100L);

    server.complete(nextCall(), null);
    assertThat(server.heldBytes()).isZero();
  }

  @Test
  void whatWaitsBehindABareCallIsDroppedByAResetThoughThatCallRunsOn() {
    sentToServer(bare(1));
    sentToServer(bare(2));
    sentToServer(framed("{\"id\":3,\"method\":\"rpc.ping\"}"));
    ServerCall first = nextCall();
    assertThat(first.start()).isTrue();

    server.disconnected();
    assertThat(server.backlogBytes()).isZero();
    assertThat(server.heldBytes()).isEqualTo(first.heldBytes());
    assertThat(server.inFlight()).isEqualTo(1);

    server.complete(first, null);
    assertThat(server.heldBytes()).isZero();
    assertThat(server.inFlight()).isZero();
    assertThat(server.isDone()).isTrue();
  }

  private static byte[] bare(int id) {
    String params = "[\"" + "p".repeat(1_000) + "\"]";
    return framed("{\"id\":" + id + ",\"method\":\"m\",\"params\":" + params + "}");
  }

  private ServerCall nextCall() {
    for (ServerEvent event; (event = server.nextEvent()) != null; ) {
      if (event instanceof ServerCall call) {
        return call;
      }
    }
    throw new AssertionError("no call (expected: one)");
  }

  private void begin() {
    byte[] bytes = ByteBuffer.allocate(10_000).putInt(16 << 20).array();
    server.receive(bytes, 0, bytes.length, 0);
    assertThat(server.heldBytes()).isEqualTo(10_000);
  }

  private WeakReference<byte[]> sentToServer(byte[] frame) {
    server.receive(frame, 0, frame.length, 0);
    return new WeakReference<>(frame);
  }

  private WeakReference<byte[]> sentToClient(byte[] frame) {
    client.receive(frame, 0, frame.length);
    return new WeakReference<>(frame);
  }

  private static boolean isCollected(WeakReference<byte[]> reference) {
    for (int i = 0; i < COLLECTIONS && reference.get() != null; i++) {
      System.gc();
    }
    return reference.refersTo(null);
  }

  private static byte[] framed(String payload) {
    byte[] bytes = payload.getBytes(UTF_8);
    return ByteBuffer.allocate(4 + bytes.length).putInt(bytes.length).put(bytes).array();
  }
}
