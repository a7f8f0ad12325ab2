package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tern.codec.protobuf.ProtobufEncoding;
import dev.tern.core.RawPeer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows of bad input that concern values, in protobuf. */
final class ProtobufRowsTest extends EncodedRows {
  private static final String TEST_ANY = text("test.any");
  private static final String VALUE = text("value");

  ProtobufRowsTest() {
    super(new ProtobufEncoding());
  }

  private static String text(String ascii) {
    return HexFormat.of().formatHex(ascii.getBytes(US_ASCII));
  }

  /** A field of bytes: its tag, the length in as few bytes as it takes, the content. */
  private static String field(String tag, String content) {
    StringBuilder field = new StringBuilder(tag);
    int length = content.replace(" ", "").length() / 2;
    for (; length >= 0x80; length >>>= 7) {
      field.append("%02x".formatted((length & 0x7F) | 0x80));
    }
    return field.append("%02x".formatted(length)).append(content).toString();
  }

  /** The content of a Value is given. */
  @Override
  byte[] holding(String hex) {
    String params = field("52", field("0a", field("0a", VALUE) + field("12", hex)));
    return bytes(field("12", "1002" + field("22", TEST_ANY) + field("2a", params) + "7a00"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"3a 01 ff", "3a 02 c0 80", "3a 03 ed a0 80", "3a 01 c3", "3a 04 f4 90 80 80"})
  void row14_invalidUtf8IsAParseError(String hex) {
    expectNobodys(peer(), holding(hex));
  }

  @Test
  void row16_aKeyTwiceHoweverItIsWrittenIsAParseError() {
    RawPeer peer = peer();

    expectNobodys(peer, bytes("12 08 10 02 10 02 22 02 61 62")); // its id
    expectNobodys(peer, holding("52 13 0a 07 0a 01 61 12 02 1802 0a 08 0a 8100 61 12 02 1804"));
    expectNobodys(peer, holding("18 02 18 02")); // a value's field
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "12",
        "12 80",
        "12 05 10 02 22 01",
        "12 06 10 02 22 01 6d",
        "12 04 10 02 22 01 6d",
        "12 05 10 02 22 01 6d 12 05 10 02 22 01 6d",
        "12 03 25 00 00"
      })
  void row20_aPayloadThatIsNotOneMessageIsAParseError(String hex) {
    expectNobodys(peer(), bytes(hex));
  }

  /** Nothing is reserved for what is announced: a heap of any size would not do. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "3a ff ff ff ff 07",
        "42 ff ff ff ff 07",
        "4a ff ff ff ff 07",
        "52 ff ff ff ff ff ff ff ff ff 01",
        "4a 06 0a ff ff ff ff 07",
        "29 00 00"
      })
  void row40_moreAnnouncedThanThereIsIsAParseError(String hex) {
    expectNobodys(peer(), holding(hex));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // a value of no kind
        "60 05", // of a kind that nobody knows
        "08 00 10 01", // of two kinds
        "10 02", // neither true nor false
        "63 64", // a group
        "52 06 0a 04 12 02 18 02", // a name that is missing
        "52 06 0a 04 08 01 12 00", // an integer as a name
        "5a 00", // a message in a map
        "18 ff ff ff ff ff ff ff ff ff 02", // more than 64 bits
        "29 00 00 00 00 00 00 f8 7f", // NaN
        "29 00 00 00 00 00 00 f0 ff", // infinity
        "35 00 00 80 7f"
      })
  void row41_whatJsonCannotSayIsAParseError(String hex) {
    expectNobodys(peer(), holding(hex));
  }
}
