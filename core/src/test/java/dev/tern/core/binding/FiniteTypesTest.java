package dev.tern.core.binding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.tern.core.TypeRef;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A record that nobody can ever make is refused before there is a call. */
final class FiniteTypesTest {
  record OfVoid(Void nothing) {}

  record Self(Self next) {}

  record There(String name, Back back) {}

  record Back(There there) {}

  record Within(List<Map<String, Self>> all) {}

  record Generic<T>(T value) {}

  enum Empty {}

  record OfEmpty(Empty empty) {}

  /** Both of its parts hold the same. */
  record Twice(Within first, Within second) {}

  record Growing<T>(Growing<List<T>> next) {}

  record GrowingAtWill<T>(Optional<GrowingAtWill<List<T>>> next) {}

  record Doubling<T>(List<Doubling<Map<Generic<T>, Generic<T>>>> next) {}

  static final String NONE = ": no finite value (expected: another type; or Optional, ";
  static final String ENDLESS = ": a type without end (expected: to hold itself with the same ";

  static Stream<Arguments> refused() {
    return Stream.of(
        arguments(OfVoid.class, "$OfVoid.nothing" + NONE),
        arguments(Self.class, "$Self.next" + NONE),
        arguments(There.class, "$There.back.there" + NONE),
        arguments(Back.class, "$Back.there.back" + NONE),
        arguments(Within.class, "$Self.next" + NONE),
        arguments(Twice.class, "$Self.next" + NONE),
        arguments(OfEmpty.class, "$OfEmpty.empty" + NONE),
        arguments(new TypeRef<Generic<Void>>() {}.type(), "$Generic.value" + NONE),
        arguments(new TypeRef<Generic<Self>>() {}.type(), "$Generic.value.next" + NONE),
        arguments(new TypeRef<Generic<List<Self>>>() {}.type(), "$Self.next" + NONE),
        arguments(new TypeRef<List<Self>>() {}.type(), "$Self.next" + NONE),
        arguments(new TypeRef<Map<String, Self[]>>() {}.type(), "$Self.next" + NONE),
        arguments(new TypeRef<Growing<String>>() {}.type(), "$Growing" + ENDLESS),
        arguments(new TypeRef<GrowingAtWill<String>>() {}.type(), "$GrowingAtWill" + ENDLESS),
        arguments(new TypeRef<Doubling<String>>() {}.type(), "$Doubling" + ENDLESS));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void isRefusedAndSaysWhere(Type type, String message) {
    JsonCodec codec = JsonCodec.ofServer(false, Limits.DEFAULT);

    assertThatThrownBy(() -> codec.paramsReader(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
    assertThatThrownBy(() -> codec.resultWriter(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
    assertThatThrownBy(() -> JsonCodec.DEFAULT.resultReader(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  record OptionalSelf(Optional<OptionalSelf> next) {}

  record NullableSelf(@Nullable NullableSelf next) {}

  record ListOfSelf(List<ListOfSelf> all) {}

  record MapOfSelf(Map<String, MapOfSelf> all) {}

  @SuppressWarnings("ArrayRecordComponent") // a user may
  record ArrayOfSelf(ArrayOfSelf[] all) {}

  record Tree(Fork fork) {}

  record Fork(Optional<Tree> left, @Nullable Tree right) {}

  /** Each is there twice, and neither holds itself. */
  record Line(Generic<String> from, Generic<String> to) {}

  record NullableVoid(@Nullable Void nothing, Optional<Void> none, List<Void> all) {}

  static Stream<Arguments> accepted() {
    return Stream.of(
        arguments(OptionalSelf.class, "{}"),
        arguments(NullableSelf.class, "{\"next\":{\"next\":null}}"),
        arguments(ListOfSelf.class, "{\"all\":[{\"all\":[]}]}"),
        arguments(MapOfSelf.class, "{\"all\":{\"a\":{\"all\":{}}}}"),
        arguments(ArrayOfSelf.class, "{\"all\":[{\"all\":[]}]}"),
        arguments(Tree.class, "{\"fork\":{\"left\":{\"fork\":{}},\"right\":null}}"),
        arguments(Line.class, "{\"from\":{\"value\":\"a\"},\"to\":{\"value\":\"b\"}}"),
        arguments(NullableVoid.class, "{\"nothing\":null,\"none\":null,\"all\":[]}"),
        arguments(new TypeRef<Generic<OptionalSelf>>() {}.type(), "{\"value\":{}}"),
        arguments(new TypeRef<List<Void>>() {}.type(), "[null]"),
        arguments(new TypeRef<Map<String, Void>>() {}.type(), "{\"a\":null}"));
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void isServedIfItCanEnd(Type type, String json) {
    JsonCodec codec = JsonCodec.ofServer(false, Limits.DEFAULT);

    assertThat(codec.resultWriter(type)).isNotNull();
    assertThat(codec.paramsReader(type).read(Bytes.of(json.getBytes(UTF_8)))).isNotNull();
  }
}
