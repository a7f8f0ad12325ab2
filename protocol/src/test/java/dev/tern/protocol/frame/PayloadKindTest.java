package dev.tern.protocol.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PayloadKindTest {

  @ParameterizedTest
  @CsvSource({
    "7B, JSON",
    "20 09 0A 0D 7B 7D, JSON",
    "5B, JSON_BATCH",
    "0A 5B, JSON_BATCH",
    "80, MSGPACK",
    "8F, MSGPACK",
    "DE, MSGPACK",
    "DF, MSGPACK",
    "90, MSGPACK_BATCH",
    "9F, MSGPACK_BATCH",
    "DC, MSGPACK_BATCH",
    "DD, MSGPACK_BATCH",
    "12, PROTOBUF",
    "1A, PROTOBUF",
    "2A, PROTOBUF_BATCH",
    "1F 8B, GZIP",
    "28 B5 2F FD, ZSTD",
    "04 22 4D 18, LZ4",
    // Nearly:
    "1F, ",
    "1F 8C, ",
    "28 B5 2F, ",
    "28 B5 2F FC, ",
    "04 22 4D, ",
    "04 22 4D 19, ",
    "0B 7B, ",
    "0C 7B, ",
    "C2 A0 7B, ",
    "EF BB BF 7B, ",
    "20 80, ",
    "20 12, ",
    "20, ",
    "0A, ",
    "22, ",
  })
  void isToldFromTheFirstBytes(String hex, @Nullable PayloadKind expected) {
    byte[] payload = HexFormat.of().parseHex(hex.replace(" ", ""));
    assertThat(PayloadKind.of(payload, 0, payload.length)).isEqualTo(expected);
  }

  /** Every first byte on its own, followed by nothing that would complete a magic number. */
  @Test
  void noOtherByteBeginsAnything() {
    Set<Integer> some = new TreeSet<>();
    for (int first = 0; first < 256; first++) {
      if (PayloadKind.of(new byte[] {(byte) first, 0, 0, 0}, 0, 4) != null) {
        some.add(first);
      }
    }
    Set<Integer> expected = new TreeSet<>(Set.of(0x7B, 0x5B, 0xDC, 0xDD, 0xDE, 0xDF));
    expected.addAll(Set.of(0x12, 0x1A, 0x2A));
    for (int map = 0x80; map <= 0x9F; map++) {
      expected.add(map);
    }
    assertThat(some).isEqualTo(expected);
  }

  @Test
  void looksAtItsPartOfTheBufferOnly() {
    byte[] buffer = {'{', 0x1F, (byte) 0x8B, '{'};
    assertThat(PayloadKind.of(buffer, 1, 1)).isNull();
    assertThat(PayloadKind.of(buffer, 1, 2)).isEqualTo(PayloadKind.GZIP);
    assertThat(PayloadKind.of(new byte[] {' ', '{'}, 0, 1)).isNull();
    assertThat(PayloadKind.of(buffer, 0, 0)).isNull();
  }

  @Test
  void namesOnTheWireAreDifferent() {
    assertThat(EnumSet.allOf(PayloadKind.class))
        .filteredOn(kind -> !kind.isBatch())
        .extracting(PayloadKind::label)
        .doesNotHaveDuplicates()
        .allMatch(label -> label.matches("[a-z0-9]+"));
  }

  @Test
  void aBatchIsNamedLikeTheEncodingOfItsMessages() {
    assertThat(PayloadKind.JSON_BATCH.label()).isEqualTo(PayloadKind.JSON.label());
    assertThat(PayloadKind.MSGPACK_BATCH.label()).isEqualTo(PayloadKind.MSGPACK.label());
    assertThat(PayloadKind.PROTOBUF_BATCH.label()).isEqualTo(PayloadKind.PROTOBUF.label());
  }
}
