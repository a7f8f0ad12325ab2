package dev.tern.core.outcome;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.json.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The committed vectors: what is hashed must never change, or old outcomes are not found again. */
final class ParamsHashTest {
  /** Texts with one value. */
  record Group(String name, String canonical, String hash, List<String> texts) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Group> groups() {
    List<Group> groups = new ArrayList<>();
    List<String> lines = lines();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("= ")) {
        groups.add(new Group(line.substring(2), lines.get(++i), lines.get(++i), new ArrayList<>()));
      } else if (!line.isBlank() && !line.startsWith("#")) {
        groups.getLast().texts().add(line);
      }
    }
    return groups.stream();
  }

  private static List<String> lines() {
    try (InputStream in = ParamsHashTest.class.getResourceAsStream("/params-hash.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable Bytes bytes(String text) {
    return text.equals("-") ? null : Bytes.of(text.getBytes(UTF_8));
  }

  private static String canonical(@Nullable Bytes params) {
    CanonicalParams canonical = new CanonicalParams();
    canonical.read(params == null ? null : new JsonReader(params));
    return HexFormat.of().formatHex(canonical.toByteArray());
  }

  @ParameterizedTest
  @MethodSource("groups")
  void theCanonicalForm(Group group) {
    assertThat(group.texts())
        .allSatisfy(t -> assertThat(canonical(bytes(t))).isEqualTo(group.canonical()));
  }

  @ParameterizedTest
  @MethodSource("groups")
  void theHash(Group group) {
    assertThat(group.texts())
        .allSatisfy(t -> assertThat(ParamsHash.of(bytes(t))).hasToString(group.hash()));
  }

  @Test
  void noTwoGroupsAreEqual() {
    assertThat(groups().map(g -> ParamsHash.of(bytes(g.texts().getFirst()))).distinct())
        .hasSameSizeAs(groups().toList());
  }

  @Test
  void paramsThatLieWithinAFrame() {
    byte[] frame = "{\"params\":{\"a\":1},\"x\":2}".getBytes(UTF_8);

    assertThat(ParamsHash.of(Bytes.of(frame, 10, 17))).isEqualTo(ParamsHash.of(bytes("{\"a\":1}")));
  }

  @Test
  void paramsThatLieInSeveralArrays() {
    Bytes cut =
        Bytes.inARow(List.of(Bytes.of("{\"a\":".getBytes(UTF_8)), Bytes.of("1}".getBytes(UTF_8))));

    assertThat(ParamsHash.of(cut)).isEqualTo(ParamsHash.of(bytes("{\"a\":1}")));
  }

  /** As deep as a server may be told to allow: what it has read must not fail here. */
  @Test
  void deepParams() {
    String deep = "[".repeat(200) + "]".repeat(200);

    assertThat(canonical(bytes(deep))).startsWith("0161").hasSize(2 * (1 + 200 * 5));
  }

  @Test
  void moreMembersThanThereIsRoomForAtFirst() {
    StringBuilder ascending = new StringBuilder("{");
    StringBuilder descending = new StringBuilder("{");
    for (int i = 0; i < 1_000; i++) {
      ascending.append(i == 0 ? "" : ",").append("\"n%03d\":%d".formatted(i, i));
      descending.append(i == 0 ? "" : ",").append("\"n%03d\":%d".formatted(999 - i, 999 - i));
    }

    assertThat(ParamsHash.of(bytes(descending + "}")))
        .isEqualTo(ParamsHash.of(bytes(ascending + "}")));
  }
}
