package dev.tern.codec.protobuf;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import dev.tern.codec.protobuf.Shape.Field;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Meta;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is read and written is what {@code tern.proto} says. */
class SchemaTest {
  private static final Map<String, Shape> SHAPES =
      Map.of(
          "Payload", Shape.PAYLOAD,
          "Request", Shape.REQUEST,
          "Response", Shape.RESPONSE,
          "Meta", Shape.META,
          "Error", Shape.ERROR,
          "Value", Shape.VALUE,
          "List", Shape.LIST,
          "Map", Shape.MAP);

  private static final int HIGHEST = 32;

  static Stream<Descriptor> messages() {
    return ProtoFile.messages().stream().filter(message -> !message.getName().equals("Batch"));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void eachFieldIsKnown(Descriptor message) {
    sameFields(message, Objects.requireNonNull(SHAPES.get(message.getName()), message.getName()));
  }

  private static void sameFields(Descriptor message, Shape shape) {
    for (int number = 1; number < HIGHEST; number++) {
      FieldDescriptor published = message.findFieldByNumber(number);
      Field field = shape.field(number);
      if (published == null || published.getName().equals("batch")) {
        assertThat(field).isNull();
        assertThat(shape.isReserved(number))
            .isEqualTo(shape == Shape.VALUE && message.isReservedNumber(number));
        continue;
      }
      assertThat(field).as(published.getFullName()).isNotNull();
      assertThat(field.kind()).isEqualTo(kindOf(published));
      assertThat(field.isRepeated()).isEqualTo(published.isRepeated());
      assertThat(field.name().text()).isEqualTo(shownAs(published));
      if (field.shape() != null) {
        Descriptor inner = published.getMessageType();
        if (published.isMapField()) {
          sameFields(inner, field.shape());
        } else {
          assertThat(field.shape()).isSameAs(SHAPES.get(inner.getName()));
        }
      }
    }
  }

  private static String shownAs(FieldDescriptor field) {
    OneofDescriptor oneof = field.getRealContainingOneof();
    return oneof != null && oneof.getName().equals("id") ? "id" : field.getName();
  }

  private static Kind kindOf(FieldDescriptor field) {
    return switch (field.getType()) {
      case BYTES -> field.getName().equals("message") ? Kind.MESSAGE : Kind.BYTES;
      case ENUM -> Kind.valueOf(field.getEnumType().getName().toUpperCase(Locale.ROOT));
      case MESSAGE ->
          field.isMapField()
              ? Kind.MEMBER
              : Kind.valueOf(field.getMessageType().getName().toUpperCase(Locale.ROOT));
      default -> Kind.valueOf(field.getType().name());
    };
  }

  /**
   * What stands twice is refused by the bit, so each oneof has one and each other field its own.
   */
  @ParameterizedTest
  @MethodSource("messages")
  void fieldsOfOneOneofHaveOneBit(Descriptor message) {
    Shape shape = Objects.requireNonNull(SHAPES.get(message.getName()));
    List<FieldDescriptor> single =
        message.getFields().stream()
            .filter(field -> !field.isRepeated() && shape.field(field.getNumber()) != null)
            .toList();
    for (FieldDescriptor left : single) {
      for (FieldDescriptor right : single) {
        OneofDescriptor oneof = left.getRealContainingOneof();
        boolean together =
            left == right || (oneof != null && oneof == right.getRealContainingOneof());
        int common = shape.field(left.getNumber()).once() & shape.field(right.getNumber()).once();
        assertThat(common != 0).as(left + " and " + right).isEqualTo(together);
      }
    }
  }

  @Test
  void metaHasEachKeyOfTheProtocol() {
    for (Meta.Key<?> key : Meta.keys()) {
      assertThat(Shape.META.field(key.wire())).as(key.wire()).isNotNull();
    }
    for (String key : List.of("timeout_ms", "replayed", "queue_us", "handler_us")) {
      assertThat(Shape.META.field(key)).as(key).isNotNull();
    }
  }

  @Test
  void verdictsHaveTheNumbersOfTheSchema() {
    var published = ProtoFile.message("Error").findFieldByName("executed").getEnumType();
    for (Executed executed : Executed.values()) {
      int number = published.findValueByName(executed.name()).getNumber();
      assertThat(Shape.numberOf(executed)).isEqualTo(number);
      assertThat(Shape.executedOf(number)).isEqualTo(executed);
    }
    assertThat(Shape.executedOf(published.getValues().size())).isEqualTo(Executed.MAYBE);
    assertThat(Shape.executedOf(-1)).isEqualTo(Executed.MAYBE);
  }

  @Test
  void aFieldHasOneNumberInRequestsAndResponses() {
    for (int number = 1; number < HIGHEST; number++) {
      Field request = Shape.REQUEST.field(number);
      Field response = Shape.RESPONSE.field(number);
      if (request != null && response != null) {
        assertThat(request.kind()).isEqualTo(response.kind());
        assertThat(request.name().text()).isEqualTo(response.name().text());
      }
    }
  }
}
