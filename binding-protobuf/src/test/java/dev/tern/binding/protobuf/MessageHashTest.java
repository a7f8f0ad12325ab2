package dev.tern.binding.protobuf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import dev.tern.codec.protobuf.ProtobufEncoding;
import dev.tern.core.binding.error.BindingException;
import dev.tern.core.outcome.ParamsHash;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.value.Encoding;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The committed vectors: what is hashed must never change, or old outcomes are not found again. */
final class MessageHashTest {
  private static final Encoding PROTOBUF = new ProtobufEncoding();

  /** Encodings of one message. */
  record Group(String name, Class<?> type, String hash, List<String> encodings) {
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
        String type = lines.get(++i);
        groups.add(new Group(line.substring(2), typeOf(type), lines.get(++i), new ArrayList<>()));
      } else if (!line.isBlank() && !line.startsWith("#")) {
        groups.getLast().encodings().add(line);
      }
    }
    return groups.stream();
  }

  private static Class<?> typeOf(String name) {
    try {
      return Class.forName("com.google.protobuf." + name);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> lines() {
    try (InputStream in = MessageHashTest.class.getResourceAsStream("/message-hash.txt")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ParamsHash hash(Class<?> type, String hex) {
    Bytes encoded = Bytes.of(HexFormat.of().parseHex(hex.replace(" ", "").replace("-", "")));
    return ParamsHash.ofMessage(
        PROTOBUF, digest -> new MessageLeaf(type).digest(encoded, null, digest));
  }

  @ParameterizedTest
  @MethodSource("groups")
  void theHash(Group group) {
    assertThat(group.encodings())
        .isNotEmpty()
        .allSatisfy(hex -> assertThat(hash(group.type(), hex)).as(hex).hasToString(group.hash()));
  }

  @Test
  void noTwoGroupsAreEqual() {
    assertThat(groups().map(Group::hash).distinct()).hasSameSizeAs(groups().toList());
  }

  @Test
  void aMessageIsNoOtherParams() {
    Bytes emptyMap = Bytes.of(HexFormat.of().parseHex("5200"));

    assertThat(ParamsHash.of(emptyMap, PROTOBUF)).isNotEqualTo(hash(Timestamp.class, ""));
  }

  @Test
  void bytesThatAreNoneHaveNoHash() {
    assertThatThrownBy(() -> hash(Timestamp.class, "08")).isInstanceOf(BindingException.class);
    assertThat(hash(Timestamp.class, "0805")).isEqualTo(hash(Timestamp.class, "0805"));
  }
}
