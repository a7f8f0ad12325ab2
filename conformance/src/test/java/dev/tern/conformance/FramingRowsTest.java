package dev.tern.conformance;

import static dev.tern.conformance.Replies.json;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.core.server.Server;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Oddity;
import dev.tern.testkit.ScriptedPeer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Rows 1-5, 9, 10 and 12: lengths, cuts, and bytes that are no frames. */
class FramingRowsTest extends BadInput {
  private static final String ADD = json("{'id':1,'method':'add','params':[1,2],'meta':{}}");
  private static final int SMALL_LIMIT = 1_000;
  private static final int DEFAULT_LIMIT = 16 << 20;

  FramingRowsTest(TestTransport kind) {
    super(kind);
  }

  @ParameterizedTest
  @ValueSource(longs = {0xFFFFFFFFL, 0x80000000L, 0x7FFFFFFFL, 0x08000001L})
  void row01_aLengthOverTheLimitIsUnsignedAndCloses(long length) {
    ScriptedPeer peer = peer().sendLength(length);
    JsonNode error = expectFarewell(peer, ErrorCode.TOO_LARGE);
    assertThat(error.get("message").asString()).contains(Long.toString(length));
    assertThat(server.stats().count(Oddity.BAD_FRAME)).isEqualTo(1);
  }

  @Test
  void row01_theLastWordIsReadableThoughMuchInputWasNotRead() {
    byte[] body = new byte[2 << 20];
    ByteBuffer.wrap(body).putInt(0xFFFFFFFF);
    expectFarewell(peer().sendBytes(body), ErrorCode.TOO_LARGE);
  }

  @Test
  void row02_exactlyTheLimitIsAccepted() throws IOException {
    restart(s -> s.frameBytes(SMALL_LIMIT));
    ScriptedPeer peer = peer().sendFrame(padded(SMALL_LIMIT));
    assertThat(peer.readFrame()).isEqualTo(json("{'id':1,'ok':true,'result':3}"));
    expectAlive(peer);
  }

  @Test
  void row02_oneByteMoreIsNotAccepted() throws IOException {
    restart(s -> s.frameBytes(SMALL_LIMIT));
    expectFarewell(peer().sendFrame(padded(SMALL_LIMIT + 1)), ErrorCode.TOO_LARGE);
    assertThat(service.runs()).isZero();
  }

  @Test
  void row02_theDefaultLimitIs16MiB() {
    ScriptedPeer peer = peer().sendFrame(padded(DEFAULT_LIMIT));
    assertThat(peer.readFrame()).isEqualTo(json("{'id':1,'ok':true,'result':3}"));
    expectFarewell(peer.sendLength(DEFAULT_LIMIT + 1), ErrorCode.TOO_LARGE);
  }

  @Test
  void row02_noLimitAbove128MiBCanBeSet() {
    assertThatThrownBy(() -> Server.builder(transport).frameBytes(Limits.MAX_FRAME_BYTES + 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("134217729");
  }

  @Test
  void row03_lengthZeroCloses() {
    expectFarewell(peer().sendLength(0), ErrorCode.BAD_REQUEST);
    assertThat(server.stats().count(Oddity.BAD_FRAME)).isEqualTo(1);
  }

  @Test
  void row03_whatWasReadBeforeIsAnsweredFirst() {
    ScriptedPeer peer = peer().sendFrame(json("{'id':1,'method':'hold','meta':{}}")).sendLength(0);
    awaitHolding(1);
    service.release();
    assertThat(peer.readFrame()).isEqualTo(json("{'id':1,'ok':true,'result':'released'}"));
    expectFarewell(peer, ErrorCode.BAD_REQUEST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"00", "00 00", "00 00 00"})
  void row04_aPieceOfAPrefixThenTheEndClosesQuietly(String prefix) {
    peer().sendHex(prefix).halfClose().expectClose();
    assertThat(server.stats().count(Oddity.CUT_FRAME)).isEqualTo(1);
  }

  @Test
  void row05_aTruncatedBodyThenTheEndExecutesNothing() {
    ScriptedPeer peer = peer().sendPartOfFrame(ADD, ADD.length() - 1).halfClose();
    peer.expectClose();
    assertThat(service.runs()).isZero();
    assertThat(server.stats().count(Oddity.CUT_FRAME)).isEqualTo(1);
  }

  @Test
  void row05_aTruncatedBodyThenAResetExecutesNothing() {
    ScriptedPeer peer = peer();
    expectAlive(peer);
    peer.sendPartOfFrame(ADD, ADD.length() - 1).reset();
    awaitConnections(0);
    assertThat(service.runs()).isEqualTo(1); // the call that showed it alive
  }

  @Test
  void row05_whatCameBeforeTheTruncatedBodyIsAnswered() {
    ScriptedPeer peer = peer().sendFrame(ADD).sendPartOfFrame(ADD, 7).halfClose();
    assertThat(peer.readFrame()).isEqualTo(json("{'id':1,'ok':true,'result':3}"));
    peer.expectClose();
  }

  private static final List<String> MIXED =
      List.of(
          "{'id':'a','method':'add','params':[1,2],'meta':{}}",
          "{'id':'b','method':'add','params':{'a':3,'b':4}}",
          "{'jsonrpc':'2.0','id':3,'method':'add','params':[5,6]}",
          "{'id':'d','method':'no.such','meta':{}}",
          "{'id':'e','method':'add','params':{'a':'x','b':4},'meta':{}}",
          "not JSON at all",
          "{'id':'f','method':'add','params':[1,2],'meta':5}",
          "{'id':'g','ok':true,'result':3}",
          "{'method':'add','params':[1,2],'meta':{}}",
          "{'id':'h','method':'divide','params':[1,0],'meta':{}}");
  private static final int MIXED_REPLIES = 8;

  @Test
  void row09_manyFramesInOneSegmentAndOneByteASegmentGiveTheSameReplies() {
    byte[] stream = stream(MIXED);
    List<String> together = replies(peer().sendBytes(stream));
    ScriptedPeer trickle = peer();
    for (byte b : stream) {
      trickle.sendBytes(new byte[] {b});
    }
    assertThat(replies(trickle)).isEqualTo(together);
    assertThat(together)
        .contains(json("{'id':'a','ok':true,'result':3}"), json("{'id':'b','result':7}"));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void row09_anySegmentsGiveTheSameReplies(long seed) {
    byte[] stream = stream(MIXED);
    List<String> together = replies(peer().sendBytes(stream));
    Random random = new Random(seed);
    ScriptedPeer pieces = peer();
    for (int at = 0; at < stream.length; ) {
      int end = Math.min(stream.length, at + 1 + random.nextInt(97));
      pieces.sendBytes(Arrays.copyOfRange(stream, at, end));
      at = end;
    }
    assertThat(replies(pieces)).as("seed %d", seed).isEqualTo(together);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n | text, such as HTTP or SSH
          PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n | text, such as HTTP or SSH
          SSH-2.0-OpenSSH_9.6\\r\\n        | text, such as HTTP or SSH
          \\x16\\x03\\x01\\x02\\x00        | TLS
          \\r\\n\\r\\n\\x00\\r\\nQUIT\\n   | PROXY
          """)
  void row10_whatElseOneMaySendToAPortGetsAClearReason(String text, String reason) {
    ScriptedPeer peer = peer().sendBytes(unescaped(text).getBytes(ISO_8859_1));
    JsonNode error = expectFarewell(peer, ErrorCode.TOO_LARGE);
    assertThat(error.get("message").asString()).contains("this looks like").contains(reason);
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
  void row10_noiseIsRefusedInOrder(long seed) {
    byte[] noise = new byte[4_096];
    new Random(seed).nextBytes(noise);
    noise[0] |= (byte) 0x80; // no frame
    expectFarewell(peer().sendBytes(noise), ErrorCode.TOO_LARGE);
    assertThat(service.runs()).as("seed %d", seed).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00",
        "22 61 22",
        "31",
        "74 72 75 65",
        "6E 75 6C 6C",
        "C0",
        "FF",
        "7F",
        "20 20",
        "0A 80",
        "1F 00",
        "28",
        "04 22"
      })
  void row12_anUnknownFirstByteIsAParseErrorAndTheConnectionLives(String payload) {
    byte[] bytes = HexFormat.of().parseHex(payload.replace(" ", ""));
    ScriptedPeer peer = peer().sendFrame(bytes);
    Replies.orphan(read(peer), ErrorCode.PARSE_ERROR);
    expectAlive(peer);
    assertThat(server.stats().count(Oddity.UNREADABLE)).isEqualTo(1);
  }

  @Test
  void row12_afterEightOfThemTheConnectionCloses() {
    ScriptedPeer peer = peer();
    for (int i = 1; i < 8; i++) {
      Replies.orphan(read(peer.sendFrame("hello")), ErrorCode.PARSE_ERROR);
    }
    expectAlive(peer);
    Replies.orphan(read(peer.sendFrame("hello")), ErrorCode.PARSE_ERROR);
    peer.expectClose();
    assertThat(server.stats().count(Oddity.UNREADABLE)).isEqualTo(8);
  }

  private static byte[] padded(int length) {
    byte[] payload = new byte[length];
    Arrays.fill(payload, (byte) ' ');
    byte[] add = ADD.getBytes(US_ASCII);
    System.arraycopy(add, 0, payload, 0, add.length);
    return payload;
  }

  private static byte[] stream(List<String> payloads) {
    ByteBuffer stream = ByteBuffer.allocate(8_192);
    for (String payload : payloads) {
      byte[] bytes = json(payload).getBytes(US_ASCII);
      stream.putInt(bytes.length).put(bytes);
    }
    return Arrays.copyOf(stream.array(), stream.position());
  }

  private static List<String> replies(ScriptedPeer peer) {
    peer.halfClose();
    List<String> replies = new ArrayList<>();
    for (int i = 0; i < MIXED_REPLIES; i++) {
      String reply = peer.readFrame();
      Replies.parse(reply);
      replies.add(reply);
    }
    peer.expectClose();
    replies.sort(null); // replies come in any order
    return replies;
  }

  private static String unescaped(String text) {
    StringBuilder raw = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        raw.append(c);
        continue;
      }
      switch (text.charAt(++i)) {
        case 'r' -> raw.append('\r');
        case 'n' -> raw.append('\n');
        case 'x' -> {
          raw.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
          i += 2;
        }
        default -> throw new IllegalArgumentException("escape in " + text);
      }
    }
    return raw.toString();
  }
}
