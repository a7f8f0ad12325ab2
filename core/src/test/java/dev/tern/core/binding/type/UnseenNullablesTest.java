package dev.tern.core.binding.type;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.error.BindingException;
import dev.tern.protocol.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Annotations named {@code Nullable} that reflection does not show count like those it shows. */
final class UnseenNullablesTest {
  interface OfTypes {
    @Target(ElementType.TYPE_USE)
    @Retention(RetentionPolicy.CLASS)
    @interface Nullable {}
  }

  interface OfFields {
    @Target(ElementType.FIELD)
    @interface Nullable {}
  }

  interface OfParameters {
    @Target(ElementType.PARAMETER)
    @interface Nullable {}
  }

  interface OfComponents {
    @Target(ElementType.RECORD_COMPONENT)
    @interface Nullable {}
  }

  interface OfMethods {
    @Target(ElementType.METHOD)
    @interface Nullable {}
  }

  interface ShownOfParameters {
    @Target(ElementType.PARAMETER)
    @Retention(RetentionPolicy.RUNTIME)
    @interface Nullable {}
  }

  /** Of another name. */
  interface Others {
    @Target(ElementType.TYPE_USE)
    @interface NotNullable {}
  }

  record One(
      @OfTypes.Nullable String type,
      @OfFields.Nullable String field,
      @OfParameters.Nullable String parameter,
      @OfComponents.Nullable String component,
      @OfMethods.Nullable String method,
      @ShownOfParameters.Nullable String shown,
      UnseenNullablesTest.@OfTypes.Nullable Accessor nested) {}

  record Accessor(String text) {
    @Override
    public @OfTypes.Nullable String text() {
      return text;
    }
  }

  record Constructor(String text, int number) {
    Constructor(@OfTypes.Nullable String text, int number) {
      this.text = text;
      this.number = number;
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // their elements are looked at
  record Held(
      List<@OfTypes.Nullable String> list,
      Map<String, List<@OfTypes.Nullable String>> map,
      @OfTypes.Nullable String[] array,
      List<@OfTypes.Nullable String[]> arrays) {}

  @SuppressWarnings("ArrayRecordComponent") // their elements are looked at
  record Whole(String @OfTypes.Nullable [] array, @OfFields.Nullable List<String> list) {}

  record Unmarked(@Others.NotNullable String text, List<@Others.NotNullable String> list) {}

  private static <T extends Record> T read(Class<T> type, String json) {
    return JsonCodec.DEFAULT.<T>paramsReader(type).read(Bytes.of(json.getBytes(UTF_8)));
  }

  private static void refuses(Class<? extends Record> type, String json, String message) {
    assertThatThrownBy(() -> read(type, json))
        .isInstanceOf(BindingException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void componentsMayBeMissing() {
    assertThat(read(One.class, "{}"))
        .hasToString(
            "One[type=null, field=null, parameter=null, component=null, method=null, shown=null,"
                + " nested=null]");
  }

  @Test
  void whatAnAccessorOrAConstructorSaysCountsToo() {
    assertThat(read(Accessor.class, "{}")).hasToString("Accessor[text=null]");
    assertThat(read(Constructor.class, "{\"number\":1}"))
        .hasToString("Constructor[text=null, number=1]");
  }

  @Test
  void theOtherComponentsAreRequired() {
    refuses(Constructor.class, "{}", "number: missing");
    refuses(Unmarked.class, "{\"list\":[]}", "text: missing");
    refuses(Unmarked.class, "{\"text\":\"\",\"list\":[null]}", "list[0]: null");
  }

  @Test
  void whatATypeHoldsMayBeNull() {
    Held held =
        read(
            Held.class,
            "{\"list\":[null],\"map\":{\"a\":[null]},\"array\":[null],\"arrays\":[[null]]}");

    assertThat(held.list()).containsExactly((String) null);
    assertThat(held.map().get("a")).containsExactly((String) null);
    assertThat(held.array()).containsExactly((String) null);
    assertThat(held.arrays().getFirst()).containsExactly((String) null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'list':null,'map':{},'array':[],'arrays':[]}|list: null",
        "{'list':[],'map':{'a':null},'array':[],'arrays':[]}|map.a: null",
        "{'list':[],'map':{},'array':null,'arrays':[]}|array: null",
        "{'list':[],'map':{},'array':[],'arrays':[null]}|arrays[0]: null"
      },
      quoteCharacter = '`')
  void butWhatHoldsItMayNot(String json, String message) {
    refuses(Held.class, json.replace('\'', '"'), message);
  }

  @Test
  void norWhatIsHeldWhereTheWholeMay() {
    assertThat(read(Whole.class, "{}")).hasToString("Whole[array=null, list=null]");
    refuses(Whole.class, "{\"array\":[null]}", "array[0]: null");
    refuses(Whole.class, "{\"list\":[null]}", "list[0]: null");
  }

  /** Gives a record another class loader, which has no annotations, and perhaps no class files. */
  private static final class Apart extends ClassLoader {
    private final byte[] seen;

    Apart(byte[] seen) {
      super(UnseenNullablesTest.class.getClassLoader());
      this.seen = seen;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.endsWith("Nullable")) {
        throw new ClassNotFoundException(name);
      }
      if (name.equals(ShownRecord.class.getName())) {
        byte[] bytes = bytesOf(ShownRecord.class);
        return defineClass(name, bytes, 0, bytes.length);
      }
      return super.loadClass(name, resolve);
    }

    @Override
    public InputStream getResourceAsStream(String name) {
      return new ByteArrayInputStream(seen);
    }
  }

  private static byte[] bytesOf(Class<?> type) {
    String name = type.getName();
    try (InputStream in =
        type.getResourceAsStream(name.substring(name.lastIndexOf('.') + 1) + ".class")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked") // it is one
  private static Class<? extends Record> apart(byte[] seen) throws ClassNotFoundException {
    return (Class<? extends Record>) new Apart(seen).loadClass(ShownRecord.class.getName());
  }

  @Test
  void anAnnotationWhoseOwnClassIsNotThereCounts() throws ClassNotFoundException {
    Class<? extends Record> apart = apart(bytesOf(ShownRecord.class));

    assertThat(apart.getRecordComponents()[0].getAnnotatedType().getAnnotations()).isEmpty();
    assertThat(read(apart, "{}")).hasToString("ShownRecord[text=null]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Lorg/jspecify/annotations/Nullable;"})
  void aClassFileThatCannotBeReadSaysNothing(String seen) throws ClassNotFoundException {
    refuses(apart(seen.getBytes(UTF_8)), "{}", "text: missing");
  }

  /** So that nothing is loaded that reads class files. */
  @Test
  void whatReflectionShowsIsNotLookedFor() {
    ClassLoader own = UnseenNullablesTest.class.getClassLoader();

    assertThat(UnseenNullables.areAllShown(bytesOf(ShownRecord.class), own)).isTrue();
    assertThat(UnseenNullables.areAllShown(bytesOf(Accessor.class), own)).isFalse();
  }
}
