package dev.tern.core.binding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.core.TypeRef;
import dev.tern.core.binding.error.EncodingException;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.value.Allowance;
import dev.tern.protocol.value.NoRoomException;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values as deep, as wide and as odd as a message may be. */
@Timeout(60)
final class LargeValuesTest {
  record Link(Optional<Link> next) {}

  record Tree(List<Tree> branches) {}

  private static final Type MAP = new TypeRef<Map<String, Integer>>() {}.type();
  private static final int MANY = 1_000_000;

  private final JsonCodec codec = JsonCodec.ofServer(false, Limits.DEFAULT);

  private Object read(Type type, String json) {
    return codec.resultReader(type).read(Bytes.of(json.getBytes(UTF_8)));
  }

  private Map<String, Integer> readMap(String json) {
    return codec.<Map<String, Integer>>resultReader(MAP).read(Bytes.of(json.getBytes(UTF_8)));
  }

  /** A result lies in one object more, which counts. */
  @Test
  void aRecordThatHoldsItselfIsAsDeepAsAMessage() {
    Link deepest = new Link(Optional.empty());
    for (int i = 1; i < 63; i++) {
      deepest = new Link(Optional.of(deepest));
    }
    Link tooDeep = new Link(Optional.of(deepest));

    assertThat(read(Link.class, codec.encode(deepest).toString())).isEqualTo(deepest);
    assertThatThrownBy(() -> codec.encode(tooDeep))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("nesting deeper than 64, or refers to itself");
  }

  @Test
  void whatHoldsItselfHasAnEnd() {
    List<Tree> own = new ArrayList<>();
    own.add(new Tree(own));

    assertThatThrownBy(() -> codec.encode(new Tree(own)))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("or refers to itself");
  }

  @Test
  void aMillionKeysAreRead() {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < MANY; i++) {
      json.append(i == 0 ? "" : ",").append('"').append(i).append("\":").append(i);
    }

    assertThat(readMap(json.append('}').toString())).hasSize(MANY).containsEntry("999999", 999_999);
  }

  /** Wherever they stand: the reader counts, not the list. */
  @ParameterizedTest
  @ValueSource(strings = {"[0]", "[[],[]]", "{\"a\":0}", "0"})
  void noMoreIsMadeThanIsAllowed(String element) {
    List<Integer> taken = new ArrayList<>();
    Allowance two = values -> taken.add(values) && taken.size() <= 2;
    ParamsReader<List<Object>> reader = codec.paramsReader(new TypeRef<List<Object>>() {}.type());
    Bytes json = Bytes.of(("[" + (element + ",").repeat(MANY / 10) + "0]").getBytes(UTF_8));

    assertThatThrownBy(() -> reader.read(json, JsonEncoding.JSON, two))
        .isInstanceOf(NoRoomException.class);
    assertThat(taken).containsExactly(Allowance.STEP, Allowance.STEP, Allowance.STEP);
    assertThat(reader.read(json, JsonEncoding.JSON, null)).hasSize(MANY / 10 + 1);
  }

  /** "Aa" and "BB" have one hash, and so have all that are made of them. */
  @Test
  void namesWithOneHashAreRead() {
    int bits = 16;
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < 1 << bits; i++) {
      json.append(i == 0 ? "\"" : ",\"");
      for (int bit = 0; bit < bits; bit++) {
        json.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      json.append("\":").append(i);
    }

    assertThat(readMap(json.append('}').toString())).hasSize(1 << bits);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 10, 11, 1_000, 100_000})
  void aListIsAsLongAsItIs(int length) {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      all.add(i * 7_919);
    }
    Type type = new TypeRef<List<Integer>>() {}.type();
    Bytes written = codec.resultWriter(type).write(all);

    assertThat(read(type, written.toString())).isEqualTo(all);
  }

  /** What is written next is not written over what was written before. */
  @Test
  void memoryThatIsUsedAgainIsNobodysValue() {
    Type type = new TypeRef<List<String>>() {}.type();
    List<Bytes> written = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      List<String> all = List.of("x".repeat(300), String.valueOf(i), "y".repeat(i * 50));
      written.add(codec.resultWriter(type).write(all));
      expected.add("[\"%s\",\"%d\",\"%s\"]".formatted("x".repeat(300), i, "y".repeat(i * 50)));
    }

    assertThat(written.stream().map(Bytes::toString)).isEqualTo(expected);
  }
}
