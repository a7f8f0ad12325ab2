package dev.tern.cli.visit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.cli.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who listens may be no server of Tern's. */
@Timeout(60)
class ForeignProtocolTest {
  private static final String HTTP_400 =
      "485454502f312e31203430302042616420526571756573740d0a436f6e6e656374696f6e3a20636c6f73650d0a";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        HTTP_400 + " | speaks HTTP, not Tern; it said \"HTTP/1.1 400 Bad Request\"",
        "5353482d322e302d4f70656e5353485f390d0a | speaks SSH, not Tern; it said"
            + " \"SSH-2.0-OpenSSH_9\"",
        "32323020686f737420534d54500d0a | speaks text, not Tern; it said \"220 host SMTP\"",
        "2d45525220756e6b6e6f776e | speaks text, not Tern; it said \"-ERR unknown\"",
        "15030100020246 | speaks TLS; --tls may be missing",
        "160301 | speaks TLS; --tls may be missing",
        "00001204000000000000030000 | speaks HTTP/2, as gRPC does, not Tern",
        "0000080700000000000000000000000001 | speaks HTTP/2, as gRPC does, not Tern",
      })
  void isTold(String hex, String words) {
    assertThat(ForeignProtocol.of(HexFormat.of().parseHex(hex))).isEqualTo(words);
  }

  /** Nothing, a frame of Tern's, other bytes. */
  @ParameterizedTest
  @ValueSource(strings = {"", "000000087b226964223a317d", "000000047b7d2020", "ffffffffff", "15"})
  void isNotGuessed(String hex) {
    assertThat(ForeignProtocol.of(HexFormat.of().parseHex(hex))).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        HTTP_400 + " | speaks HTTP, not Tern",
        "15030100020246 | speaks TLS; --tls may be missing",
        "0000060400000000000003000000 | speaks HTTP/2, as gRPC does, not Tern",
        "'' | ended the connection without a byte: is it a Tern server?",
      })
  void isNamedByTheCommands(String hex, String words) throws IOException {
    for (String command : new String[] {"call", "describe"}) {
      try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        Thread.ofPlatform().daemon().start(() -> answer(listener, HexFormat.of().parseHex(hex)));
        String address = "127.0.0.1:" + listener.getLocalPort();
        Run run = Run.tern(command, "--timeout", "5s", address, "add");
        assertThat(run.err()).contains("\n" + address + " " + words);
        assertThat(run.code()).isEqualTo(74);
      }
    }
  }

  /** Reads a little, answers, and ends. */
  private static void answer(ServerSocket listener, byte[] answer) {
    try (var socket = listener.accept()) {
      assertThat(socket.getInputStream().readNBytes(20)).isNotEmpty();
      socket.getOutputStream().write(answer);
      socket.shutdownOutput();
      socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Nobody accepts: the operating system takes the connection. */
  @Test
  void aSilentPortIsNamedWhenTheTimeoutHasPassed() throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + listener.getLocalPort();
      Run run = Run.tern("call", "--timeout", "100ms", address, "add");
      assertThat(run.code()).isEqualTo(70);
      assertThat(run.err())
          .startsWith("TIMEOUT: add at " + address)
          .contains("nor a byte on this connection: is this a Tern server?");
    }
  }

  /** What is relied on is asked for before the call. */
  @Test
  void aSilentPortIsNamedAlsoBeforeTheCallIsSent() throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + listener.getLocalPort();
      Run run = Run.tern("call", "--effect", "once", "--timeout", "100ms", address, "add");
      assertThat(run.code()).isEqualTo(70);
      assertThat(run.err())
          .startsWith("TIMEOUT: ")
          .contains("it was not executed\n")
          .contains("\n" + address + " has not said a byte: is this a Tern server?\n");
    }
  }

  /** Nobody answers it; but what the server declares is asked for beside it. */
  @ParameterizedTest
  @ValueSource(strings = {"a=5", "{\"a\":5}"})
  void aSilentPortIsNamedToANotification(String params) throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + listener.getLocalPort();
      Run run = Run.tern("call", "--notify", "--timeout", "200ms", address, "put", params);
      assertThat(run.code()).isEqualTo(70);
      assertThat(run.err()).startsWith("TIMEOUT: rpc.discover at " + address);
      assertThat(run.err()).contains("is this a Tern server?");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a=5", "{\"a\":5}"})
  void aForeignProtocolIsNamedToANotification(String params) throws IOException {
    byte[] http = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      for (int i = 0; i < 2; i++) { // the question, and the notification
        Thread.ofPlatform().daemon().start(() -> answer(listener, http));
      }
      String address = "127.0.0.1:" + listener.getLocalPort();
      Run run = Run.tern("call", "--notify", "--timeout", "5s", address, "put", params);
      assertThat(run.err()).contains("HTTP");
      assertThat(run.code()).isEqualTo(74);
    }
  }

  /** It takes all it was given and says nothing, also when the client closes. */
  @Test
  void aSilentPortIsNotWaitedForLonger() throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + listener.getLocalPort();
      Duration timeout = Duration.ofMillis(100);
      Duration least = Duration.ofHours(1);
      Duration most = Duration.ofMillis(280); // a wait of 200 ms for the peer's end was too long
      for (int i = 0; i < 20 && least.compareTo(most) >= 0; i++) { // a machine may stand still
        long began = System.nanoTime();
        Run.tern("call", "--timeout", "100ms", address, "add", "a=1");
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        least = took.compareTo(least) < 0 ? took : least;
      }
      assertThat(least).isBetween(timeout, most);
    }
  }
}
