package dev.tern.binding.jackson;

import dev.tern.core.EncodedJson;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.Schemas;
import dev.tern.core.binding.type.JdkTypes;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a class expects, in the words that the core has for it where it stands in a record. */
final class Expected {
  private static final String ANY = "a fitting value";

  private Expected() {}

  static String of(@Nullable Class<?> type) {
    if (type == null) {
      return ANY;
    } else if (Enum.class.isAssignableFrom(type)) {
      return Schemas.oneOf(names(type));
    } else if (type == Optional.class) {
      return ANY + " or null";
    } else if (type == EncodedJson.class || JdkTypes.isOfTheJdk(type)) {
      return JsonCodec.DEFAULT.expected(type);
    } else if (type.isArray() || Collection.class.isAssignableFrom(type)) {
      return "an array";
    }
    return CharSequence.class.isAssignableFrom(type) ? "a string" : "an object";
  }

  private static List<String> names(Class<?> type) {
    Object @Nullable [] constants = type.getEnumConstants();
    return constants == null
        ? List.of()
        : Arrays.stream(constants).map(constant -> ((Enum<?>) constant).name()).toList();
  }
}
