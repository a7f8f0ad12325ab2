package dev.tern.cli.visit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CallTraceTest {
  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private long nanos = -5_000_000_000L; // a clock may have begun anywhere
  private final CallTrace trace =
      new CallTrace(new PrintStream(shown, true, UTF_8), () -> nanos, "secret-1", () -> {});

  @BeforeEach
  void connect() {
    trace.connected(Duration.ofMillis(1));
    trace.sent(bytes("{\"id\":1,\"method\":\"m\"}"));
    nanos += 20_000_000;
  }

  @Test
  void theRoundTripEndsWithTheReply() {
    trace.received(bytes("{\"id\":1,\"result\":3}"));
    assertThat(time()).isEqualTo("time: connect 1.00 ms, round trip 20.00 ms");
  }

  @Test
  void aCancelIsNoPartOfIt() {
    trace.sent(bytes("{\"method\":\"rpc.cancel\",\"params\":{\"id\":1}}"));
    nanos += 5_000_000;
    trace.received(bytes("{\"id\":1,\"ok\":false}"));
    assertThat(time()).isEqualTo("time: connect 1.00 ms, round trip 25.00 ms");
  }

  @Test
  void aReplyToAnotherCallIsNone() {
    trace.received(bytes("{\"id\":2,\"result\":3}"));
    assertThat(time()).isEqualTo("time: connect 1.00 ms, no reply");
  }

  @Test
  void aPayloadThatIsNoJsonIsNone() {
    trace.received(bytes("{\"id\":"));
    trace.received(bytes("[1]"));
    assertThat(time()).isEqualTo("time: connect 1.00 ms, no reply");
  }

  @Test
  void aSecondCallIsCountedFromItsOwnRequest() {
    trace.received(bytes("{\"id\":1,\"ok\":false}"));
    trace.sent(bytes("{\"id\":2,\"method\":\"m\"}"));
    nanos += 3_000_000;
    trace.received(bytes("{\"id\":2,\"result\":3}"));
    assertThat(time()).isEqualTo("time: connect 1.00 ms, round trip 3.00 ms");
  }

  @Test
  void anAttemptIsCountedFromItsOwnRequestAlthoughTheOneBeforeHasNoReply() {
    trace.sent(bytes("{\"id\":2,\"method\":\"m\"}"));
    nanos += 3_000_000;
    trace.received(bytes("{\"id\":2,\"result\":3}"));
    assertThat(time()).isEqualTo("time: connect 1.00 ms, round trip 3.00 ms");
  }

  @Test
  void anAttemptWithoutAReplyHasNone() {
    trace.received(bytes("{\"id\":1,\"ok\":false}"));
    trace.sent(bytes("{\"id\":2,\"method\":\"m\"}"));
    assertThat(time()).isEqualTo("time: connect 1.00 ms, no reply");
  }

  @Test
  void theTokenIsNotShownWhereverItStands() {
    trace.sent(bytes("{\"id\":2,\"meta\":{\"auth\":\"secret-1\"}}"));
    trace.received(bytes("{\"id\":2,\"error\":{\"message\":\"unknown token secret-1\"}}"));
    assertThat(shown.toString(UTF_8))
        .doesNotContain("secret")
        .contains("\"auth\":\"***\"", "unknown token ***");
  }

  @Test
  void aShortTokenIsMaskedInItsPlaceOnly() {
    CallTrace other =
        new CallTrace(new PrintStream(shown, true, UTF_8), () -> nanos, "m\"", () -> {});
    other.sent(bytes("{\"id\":2,\"method\":\"m\",\"meta\":{\"auth\":\"m\\\"\"}}"));
    assertThat(shown.toString(UTF_8))
        .endsWith("→ {\"id\":2,\"method\":\"m\",\"meta\":{\"auth\":\"***\"}} (43 bytes)\n");
  }

  @Test
  void aMessageInAnotherEncodingIsReadable() {
    trace.received(HexFormat.of().parseHex("83a2696401a26f6bc3a6726573756c7403"));
    assertThat(shown.toString(UTF_8))
        .endsWith("← {\"id\":1,\"ok\":true,\"result\":3} (17 bytes of msgpack)\n");
    assertThat(time()).isEqualTo("time: connect 1.00 ms, round trip 20.00 ms");
  }

  @Test
  void whatIsNoMessageInItIsToldAsThat() {
    trace.received(HexFormat.of().parseHex("83a26964"));
    assertThat(shown.toString(UTF_8))
        .contains("← (4 bytes of msgpack that are no message: ")
        .doesNotContain("\uFFFD");
  }

  @Test
  void theTokenIsNotShownInAnotherEncodingEither() {
    trace.sent(HexFormat.of().parseHex("82a2696402a46d65746181a461757468a87365637265742d31"));
    assertThat(shown.toString(UTF_8)).doesNotContain("secret").contains("\"auth\":\"***\"");
  }

  @Test
  void theFirstBytesAreKept() {
    trace.arrived(bytes("xHTTP/1.1"), 1, 8);
    trace.arrived(bytes("more"), 0, 4);
    assertThat(trace.first()).asString(UTF_8).isEqualTo("HTTP/1.1");
  }

  private String time() {
    trace.finish();
    return shown.toString(UTF_8).lines().reduce("", (_, line) -> line);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
