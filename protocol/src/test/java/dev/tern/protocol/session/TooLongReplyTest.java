package dev.tern.protocol.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.WireError;
import dev.tern.protocol.envelope.Message;
import dev.tern.protocol.frame.FrameDecoder;
import dev.tern.protocol.frame.FramingException;
import dev.tern.protocol.session.ClientSession.State;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A reply over the client's limit: its beginning is read, the rest is passed over. */
class TooLongReplyTest {
  private static final int LIMIT = 64;
  private static final long LATE = 1_000;
  private static final String LONG = "x".repeat(2 * LIMIT);

  private ClientSession session = session(Dialect.V1, LIMIT);

  private static ClientSession session(Dialect dialect, int limit) {
    return new ClientSession(dialect, Limits.DEFAULT.with(Limits.Bound.FRAME_BYTES, limit));
  }

  private ClientCall sent(Id id) {
    ClientCall call = new ClientCall(id, Bytes.of(new byte[5]), LATE);
    session.send(call);
    assertThat(session.nextFrame(0)).isNotNull();
    return call;
  }

  private ClientCall sent(long id) {
    return sent(new Id.Number(id));
  }

  private void receive(String payload) {
    byte[] frame = framed(payload);
    session.receive(frame, 0, frame.length);
  }

  private static byte[] framed(String payload) {
    byte[] bytes = payload.getBytes(UTF_8);
    return ByteBuffer.allocate(4 + bytes.length).putInt(bytes.length).put(bytes).array();
  }

  private static @Nullable String outcome(ClientCall call) {
    Message.Response response = call.response();
    WireError failure = call.failure();
    if (failure != null) {
      return failure.code() + " " + failure.executed().wire();
    }
    return response == null ? null : String.valueOf(response.result());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          {"id":7,"ok":true,"result":"…           | TOO_LARGE yes
          {"id":7,"result":"…                     | TOO_LARGE yes
          {"jsonrpc":"2.0","id":7,"result":{"a":"… | TOO_LARGE yes
          {"ok":true,"id":7,"result":["…          | TOO_LARGE yes
          {"id":7,"ok":true,"meta":"…             | TOO_LARGE yes
          {"id":7,"ok":true,"error":null,"result":"… | TOO_LARGE yes
          {"id":7,"meta":"…                       | TOO_LARGE maybe
          {"id":7,"more":{"ok":true,"result":"…   | TOO_LARGE maybe
          {"id":7,"ok":false,"error":{"code":"…   | TOO_LARGE maybe
          {"id":7,"ok":false,"result":"…          | TOO_LARGE maybe
          {"id":7,"error":{"result":"…            | TOO_LARGE maybe
          {"id":7,"ok":true,"error":{"code":"…    | TOO_LARGE maybe
          """)
  void theVerdictIsWhatStoodBeforeTheCut(String beginning, String outcome) {
    ClientCall call = sent(7);
    ClientCall other = sent(8);

    receive(beginning.replace("…", LONG));

    assertThat(outcome(call)).isEqualTo(outcome);
    assertThat(outcome(other)).isNull();
    receive("{\"id\":8,\"ok\":true,\"result\":3}");
    assertThat(outcome(other)).as("the rest was passed over").isEqualTo("3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"result\":\"…\",\"id\":7,\"ok\":true}",
        "{\"ok\":true,\"more\":\"…",
        "{\"id\":null,\"ok\":true,\"result\":\"…",
        "{\"id\":[7],\"ok\":true,\"result\":\"…",
        "{\"id\":7,\"method\":\"rpc.ping\",\"params\":\"…"
      })
  void withoutAnIdInTheBeginningAllMayHaveRun(String payload) {
    ClientCall call = sent(7);

    receive(payload.replace("…", LONG));

    assertThat(outcome(call)).isEqualTo("UNAVAILABLE maybe");
    assertThat(session.state()).isEqualTo(State.BROKEN);
  }

  @Test
  void theCallLearnsTheLengthAndTheLimit() {
    ClientCall call = sent(7);

    String reply = "{\"id\":7,\"ok\":true,\"result\":\"" + LONG + "\"}";

    receive(reply);

    WireError failure = call.failure();
    assertThat(failure == null ? "" : failure.message())
        .isEqualTo("reply: " + reply.length() + " bytes (expected: at most 64)");
  }

  /** The limit falls on each byte of the reply in turn. */
  @Test
  void theLimitMayFallAnywhere() {
    String reply = "{\"id\":12,\"ok\":true,\"result\":\"\\u00e9é\"}";
    int length = reply.getBytes(UTF_8).length;
    int idIsKnown = "{\"id\":12,".length();
    int isSuccess = "{\"id\":12,\"ok\":true".length();
    for (int limit = 2; limit < length; limit++) {
      session = session(Dialect.V1, limit);
      ClientCall call = sent(12);
      ClientCall shorter = sent(1);

      receive(reply);

      String expected =
          limit < idIsKnown
              ? "UNAVAILABLE maybe"
              : limit < isSuccess ? "TOO_LARGE maybe" : "TOO_LARGE yes";
      assertThat(outcome(call)).as("limit %d", limit).isEqualTo(expected);
      if (limit >= idIsKnown) {
        assertThat(outcome(shorter)).as("limit %d", limit).isNull();
      }
    }
  }

  /** The stream is cut at each pair of places in turn, and once at all of them. */
  @Test
  void theStreamMayBeCutAnywhere() {
    byte[] tooLong = framed("{\"id\":7,\"ok\":true,\"result\":\"" + LONG + "\"}");
    byte[] next = framed("{\"id\":8,\"ok\":true,\"result\":3}");
    byte[] stream =
        ByteBuffer.allocate(tooLong.length + next.length).put(tooLong).put(next).array();
    IntStream.range(0, stream.length).forEach(cut -> readsBoth(stream, cut, stream.length));
    readsBoth(stream, 1, 1);
  }

  private void readsBoth(byte[] stream, int first, int step) {
    session = session(Dialect.V1, LIMIT);
    ClientCall call = sent(7);
    ClientCall after = sent(8);
    session.receive(stream, 0, first);
    for (int at = first; at < stream.length; at += step) {
      session.receive(stream, at, Math.min(step, stream.length - at));
    }
    assertThat(outcome(call)).as("cut at %d", first).isEqualTo("TOO_LARGE yes");
    assertThat(outcome(after)).as("cut at %d", first).isEqualTo("3");
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void inEachDialect(Dialect dialect) {
    session = session(dialect, LIMIT);
    boolean bare = dialect == Dialect.BARE;
    ClientCall call = sent(bare ? new Id.Text("u") : new Id.Number(7));

    receive("{\"id\":" + (bare ? "\"u\"" : "7") + ",\"result\":\"" + LONG + "\"}");

    assertThat(outcome(call)).isEqualTo("TOO_LARGE yes");
    assertThat(session.state()).isEqualTo(State.HEARD);
  }

  @Test
  void whatNobodyWaitsForIsPassedOver() {
    ClientCall call = sent(8);

    receive("{\"id\":7,\"ok\":true,\"result\":\"" + LONG + "\"}");
    receive("{\"id\":8,\"ok\":true,\"result\":3}");

    assertThat(outcome(call)).isEqualTo("3");
  }

  @Test
  void aReplyOfExactlyTheLimitIsRead() {
    ClientCall call = sent(7);
    String reply = "{\"id\":7,\"ok\":true,\"result\":\"…\"}";
    String result = "x".repeat(LIMIT - reply.length() + 1);

    receive(reply.replace("…", result));

    assertThat(outcome(call)).isEqualTo('"' + result + '"');
  }

  @Test
  void over128MiBTheConnectionEnds() {
    ClientCall call = sent(7);

    session.receive(new byte[] {8, 0, 0, 1}, 0, 4);

    assertThat(outcome(call)).isEqualTo("UNAVAILABLE maybe");
    assertThat(session.state()).isEqualTo(State.BROKEN);
  }

  @Test
  void noMemoryIsHeldForWhatIsAnnouncedOrPassedOver() throws FramingException {
    FrameDecoder decoder = new FrameDecoder(LIMIT, Limits.MAX_FRAME_BYTES, _ -> true);
    decoder.feed(new byte[] {8, 0, 0, 0, '{'}, 0, 5);
    assertThat(decoder.next()).isFalse();
    assertThat(decoder.heldBytes()).isLessThan(1 << 10);

    byte[] part = new byte[1 << 20];
    decoder.feed(part, 0, part.length);
    assertThat(decoder.next()).isTrue();
    assertThat(decoder.length()).isEqualTo(LIMIT);
    assertThat(decoder.skipped()).isEqualTo(Limits.MAX_FRAME_BYTES - LIMIT);
    assertThat(decoder.next()).isFalse();
    assertThat(decoder.heldBytes()).isZero();
    assertThat(decoder.isMidFrame()).isTrue();
  }
}
