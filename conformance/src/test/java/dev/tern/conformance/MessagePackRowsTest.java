package dev.tern.conformance;

import dev.tern.codec.msgpack.MessagePackEncoding;
import dev.tern.core.RawPeer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows of bad input that concern values, in MessagePack. */
final class MessagePackRowsTest extends EncodedRows {
  /** The text "MARK". */
  private static final String MARK = "a44d41524b";

  MessagePackRowsTest() {
    super(new MessagePackEncoding());
  }

  @Override
  byte[] holding(String hex) {
    String all =
        HexFormat.of().formatHex(request("test.any", 1, w -> w.name("value").value("MARK")));
    return bytes(all.replace(MARK, hex));
  }

  @ParameterizedTest
  @ValueSource(strings = {"A1 FF", "A2 C0 80", "A3 ED A0 80", "A1 C3", "A4 F4 90 80 80"})
  void row14_invalidUtf8IsAParseError(String hex) {
    expectNobodys(peer(), holding(hex));
  }

  @Test
  void row16_aKeyTwiceHoweverItIsWrittenIsAParseError() {
    RawPeer peer = peer();

    expectNobodys(peer, bytes("83a2696401a2696402a66d6574686f64a161"));
    expectNobodys(peer, holding("82 A1 61 01 D9 01 61 02")); // its length written otherwise
  }

  @ParameterizedTest
  @ValueSource(strings = {"80 80", "80 00", "81", "DE 00", "81 A2 69", "DF 00 00 00"})
  void row20_aPayloadThatIsNotOneMessageIsAParseError(String hex) {
    expectNobodys(peer(), bytes(hex));
  }

  /** Nothing is reserved for what is announced: a heap of any size would not do. */
  @ParameterizedTest
  @ValueSource(strings = {"DD 7F FF FF FF", "DF FF FF FF FF", "DB 7F FF FF FF", "C6 FF FF FF FF"})
  void row40_moreAnnouncedThanThereIsIsAParseError(String hex) {
    expectNobodys(peer(), holding(hex));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "81 01 02", // an integer as a name
        "81 C0 02", // nil as a name
        "81 C4 01 61 02", // bytes as a name
        "D4 01 00", // an extension
        "D6 FF 00 00 00 00", // a time stamp
        "C7 00 05", // an extension without a byte
        "C1", // what is never used
        "CA 7F C0 00 00", // NaN
        "CB 7F F0 00 00 00 00 00 00", // infinity
        "CB FF F0 00 00 00 00 00 00"
      })
  void row41_whatJsonCannotSayIsAParseError(String hex) {
    expectNobodys(peer(), holding(hex));
  }
}
