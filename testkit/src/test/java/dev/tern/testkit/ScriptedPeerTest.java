package dev.tern.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class ScriptedPeerTest {

  private static final Duration SHORT = Duration.ofMillis(50);

  private ScriptedPeer client;
  private ScriptedPeer server;

  @BeforeEach
  void connect() {
    try (ScriptedPeer.Server listening = ScriptedPeer.listen()) {
      client = ScriptedPeer.connect(listening.address());
      server = listening.accept();
    }
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  @Test
  void aFrameIsItsLengthAndItsPayload() {
    client.sendFrame("é");

    assertThat(server.readBytes(6, SHORT)).containsExactly(0, 0, 0, 2, 0xc3, 0xa9);
  }

  @Test
  void aFrameIsReadAsText() {
    client.sendHex("00 00 00 02  c3 a9");

    assertThat(server.readFrame()).isEqualTo("é");
  }

  @Test
  void aFrameIsReadAsJson() {
    client.sendFrame("{\"id\": 5}");

    assertThat(server.readJson().get("id").intValue()).isEqualTo(5);
  }

  @Test
  void aFrameThatIsNotJsonIsShown() {
    client.sendFrame("{\"id\": ");

    assertThatThrownBy(server::readJson)
        .isInstanceOf(AssertionError.class)
        .hasMessage("the frame is not JSON: {\"id\": ");
  }

  @Test
  void aFrameThatIsNotTextIsShown() {
    client.sendFrame(new byte[] {(byte) 0xff, 1});

    assertThatThrownBy(server::readFrame)
        .isInstanceOf(AssertionError.class)
        .hasMessage("the frame is not UTF-8: ff 01");
  }

  @Test
  void halfAFrameHasItsWholeLength() {
    client.sendPartOfFrame("12345", 2);

    assertThat(server.readBytes(6, SHORT)).containsExactly(0, 0, 0, 5, '1', '2');
    server.expectNothing(SHORT);
  }

  @Test
  void aLengthMayBeAnything() {
    client.sendLength(0xFFFF_FFFFL);

    assertThat(server.readBytes(4, SHORT)).containsExactly(-1, -1, -1, -1);
  }

  @Test
  void aFrameThatDoesNotComeIsMissed() {
    client.sendHex("00 00 00 02 41");

    assertThatThrownBy(() -> server.readFrame(SHORT))
        .isInstanceOf(AssertionError.class)
        .hasMessage("nothing more within PT0.05S after 1 of 2 bytes: 41");
  }

  @Test
  void anInsaneLengthIsRefused() {
    client.sendLength(0xFFFF_FFFFL);

    assertThatThrownBy(server::readFrame)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("4294967295");
  }

  @Test
  void afterAHalfCloseTheOtherSideStillReplies() {
    client.halfClose();
    server.expectClose();

    server.sendFrame("bye");

    assertThat(client.readFrame()).isEqualTo("bye");
  }

  @Test
  void aResetIsNoClose() {
    client.reset();

    assertThatThrownBy(server::expectClose)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("(expected: a close)");
  }

  @Test
  void aResetIsExpected() {
    client.reset();

    server.expectReset();
  }

  @Test
  void aCloseIsNoReset() {
    client.close();

    assertThatThrownBy(server::expectReset)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("(expected: a reset)");
  }

  @Test
  void aByteIsNoClose() {
    client.sendHex("2a");

    assertThatThrownBy(server::expectClose).hasMessage("got byte 0x2a (expected: a close)");
  }

  @Test
  void aByteIsNotNothing() {
    client.sendHex("2a");

    assertThatThrownBy(() -> server.expectNothing(Duration.ofSeconds(5)))
        .hasMessage("got byte 0x2a (expected: nothing)");
  }

  @Test
  void aCloseIsNotNothing() {
    client.close();

    assertThatThrownBy(() -> server.expectNothing(Duration.ofSeconds(5)))
        .hasMessage("got a close (expected: nothing)");
  }
}
