package dev.tern.binding.jackson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.annotation.JsonFormat;
import dev.tern.core.TypeRef;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.JsonCodec.ResultWriter;
import dev.tern.core.binding.error.EncodingException;
import dev.tern.protocol.Limits;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A server writes what a method declares, whatever else the bean has that is returned. */
final class DeclaredResultJacksonTest {
  /** As they are made by those who have no records. */
  public static class Account {
    private String owner = "ann";

    public String getOwner() {
      return owner;
    }

    public void setOwner(String owner) {
      this.owner = owner;
    }
  }

  /** What a library puts in an entity's place. */
  public static final class Entity extends Account {
    public String getPassword() {
      return "secret";
    }
  }

  interface Named {
    String getName();
  }

  record Person(String getName, String password) implements Named {
    @Override
    public String getName() {
      return "bob";
    }
  }

  record InField(Account account) {}

  record InList(List<Account> accounts) {}

  record InMap(Map<String, List<Account>> accounts) {}

  record InOptional(Optional<Account> account) {}

  @SuppressWarnings("ArrayRecordComponent") // a user may
  record InArray(Account[] accounts) {}

  record OfInterface(Named named) {}

  record Anything(Object value) {}

  record Page<T>(T first, List<T> items, Map<String, ? extends T> byName) {}

  record Lists(List<Object> all, Map<String, Object> byName, Optional<Object> some) {}

  enum Kind {
    PLAIN,
    WITH_A_BODY {
      @Override
      int rank() {
        return 1;
      }
    };

    int rank() {
      return 0;
    }
  }

  record Dated(@JsonFormat(shape = JsonFormat.Shape.STRING) Kind kind) {}

  private static final Entity ENTITY = new Entity();
  private static final String ANN = "{\"owner\":\"ann\"}";
  private static final String ALL = "{\"owner\":\"ann\",\"password\":\"secret\"}";

  static Stream<Arguments> declared() {
    return Stream.of(
        arguments(Account.class, ENTITY, ANN),
        arguments(InField.class, new InField(ENTITY), "{\"account\":" + ANN + "}"),
        arguments(InList.class, new InList(List.of(ENTITY)), "{\"accounts\":[" + ANN + "]}"),
        arguments(
            InMap.class,
            new InMap(Map.of("a", List.of(ENTITY))),
            "{\"accounts\":{\"a\":[" + ANN + "]}}"),
        arguments(
            InOptional.class, new InOptional(Optional.of(ENTITY)), "{\"account\":" + ANN + "}"),
        arguments(
            InArray.class, new InArray(new Account[] {ENTITY}), "{\"accounts\":[" + ANN + "]}"),
        arguments(new TypeRef<List<Account>>() {}.type(), List.of(ENTITY), "[" + ANN + "]"),
        arguments(new TypeRef<Set<Account>>() {}.type(), Set.of(ENTITY), "[" + ANN + "]"),
        arguments(
            new TypeRef<Map<String, Account>>() {}.type(),
            new TreeMap<>(Map.of("a", ENTITY)),
            "{\"a\":" + ANN + "}"),
        arguments(new TypeRef<Optional<Account>>() {}.type(), Optional.of(ENTITY), ANN),
        arguments(
            new TypeRef<List<? extends Account>>() {}.type(), List.of(ENTITY), "[" + ANN + "]"),
        arguments(new TypeRef<Collection<Account>>() {}.type(), List.of(ENTITY), "[" + ANN + "]"),
        arguments(Account[].class, new Account[] {ENTITY}, "[" + ANN + "]"),
        arguments(
            new TypeRef<Page<Account>>() {}.type(),
            new Page<Account>(ENTITY, List.of(ENTITY), Map.of("a", ENTITY)),
            "{\"first\":" + ANN + ",\"items\":[" + ANN + "],\"byName\":{\"a\":" + ANN + "}}"),
        arguments(
            new TypeRef<List<Kind>>() {}.type(),
            List.of(Kind.PLAIN, Kind.WITH_A_BODY),
            "[\"PLAIN\",\"WITH_A_BODY\"]"),
        arguments(Kind.class, Kind.WITH_A_BODY, "\"WITH_A_BODY\""),
        arguments(Dated.class, new Dated(Kind.WITH_A_BODY), "{\"kind\":\"WITH_A_BODY\"}"));
  }

  /** What is declared as anything is written as what it is. */
  static Stream<Arguments> anything() {
    return Stream.of(
        arguments(Object.class, ENTITY, ALL),
        arguments(Object.class, new Anything(1), "{\"value\":1}"),
        arguments(Anything.class, new Anything(ENTITY), "{\"value\":" + ALL + "}"),
        arguments(Anything.class, new Anything(List.of(1, "a")), "{\"value\":[1,\"a\"]}"),
        arguments(
            Object.class, new OfInterface(new Person("", "p")), "{\"named\":{\"name\":\"bob\"}}"),
        arguments(
            new TypeRef<Map<String, Object>>() {}.type(),
            Map.of("a", ENTITY),
            "{\"a\":" + ALL + "}"),
        arguments(new TypeRef<List<?>>() {}.type(), List.of(ENTITY), "[" + ALL + "]"),
        arguments(List.class, new ArrayList<>(List.of(ENTITY, 1)), "[" + ALL + ",1]"),
        arguments(
            new TypeRef<Page<Object>>() {}.type(),
            new Page<Object>(ENTITY, List.of(1, ENTITY), Map.of("a", 2)),
            "{\"first\":" + ALL + ",\"items\":[1," + ALL + "],\"byName\":{\"a\":2}}"),
        arguments(
            Lists.class,
            new Lists(List.of(1, ENTITY), Map.of("a", ENTITY), Optional.of(ENTITY)),
            "{\"all\":[1," + ALL + "],\"byName\":{\"a\":" + ALL + "},\"some\":" + ALL + "}"));
  }

  @ParameterizedTest
  @MethodSource({"declared", "anything"})
  void isWrittenAsDeclared(Type type, Object value, String json) {
    ResultWriter writer = JsonCodec.ofServer(false, Limits.DEFAULT).resultWriter(type);

    assertThat(writer.write(value)).hasToString(json);
  }

  @Test
  void aNullIsOneWhateverWasDeclared() {
    ResultWriter writer = JsonCodec.ofServer(false, Limits.DEFAULT).resultWriter(InField.class);

    assertThat(writer.write(null)).hasToString("null");
  }

  /** As a caller of {@code serve} may whose types the compiler does not know. */
  @Test
  void aValueOfAnotherTypeIsRefused() {
    ResultWriter writer = JsonCodec.ofServer(false, Limits.DEFAULT).resultWriter(InField.class);

    assertThatThrownBy(() -> writer.write(new InList(List.of())))
        .isInstanceOf(EncodingException.class);
  }

  /** No type is known of what a client sends: whose class it is says what it has. */
  @Test
  void aClientWritesWhatThereIs() {
    JsonCodec client = JsonCodec.ofClient(Limits.DEFAULT);

    assertThat(client.encodeParams(new InField(ENTITY))).hasToString("{\"account\":" + ALL + "}");
    assertThat(client.encodeParams(new OfInterface(new Person("", "p"))))
        .asString()
        .contains("bob");
  }
}
