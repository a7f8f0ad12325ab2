package dev.tern.binding.jackson;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.core.binding.JsonCodec;
import dev.tern.protocol.Bytes;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Classes as they come from {@code javac} without {@code -parameters}. */
final class UnnamedParametersTest {
  private static final String BODY =
      "{ this.value = value; } public %1$s getValue() { return value; }";

  private @TempDir Path dir;

  /** A class {@code T} with one property. */
  private Class<?> compiled(String type, String annotation, String before, List<String> options)
      throws IOException, ClassNotFoundException {
    String source =
        ("import com.fasterxml.jackson.annotation.*; public class T { private %1$s value; %3$s"
                + " %2$s public T(%1$s value) "
                + BODY
                + "}")
            .formatted(type, annotation, before);
    Path file = Files.writeString(dir.resolve("T.java"), source);
    List<String> args =
        List.of(
            "-cp", System.getProperty("java.class.path"), "-d", dir.toString(), file.toString());
    String[] all = Stream.concat(options.stream(), args.stream()).toArray(String[]::new);
    assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, all)).isZero();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {dir.toUri().toURL()})) {
      return loader.loadClass("T");
    }
  }

  private static Object read(Class<?> type, String json) {
    return JsonCodec.DEFAULT.resultReader(type).read(Bytes.of(json.getBytes(UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"String", "long", "int", "double", "boolean", "java.util.List<String>"})
  void aConstructorWhoseParameterHasNoNameIsNoneToUse(String type) throws Exception {
    Class<?> unnamed = compiled(type, "", "", List.of());

    assertThatThrownBy(() -> JsonCodec.DEFAULT.resultReader(unnamed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("T: no constructor to use")
        .hasMessageContaining("javac -parameters");
  }

  @Test
  void withNamesItIsAnObject() throws Exception {
    Class<?> named = compiled("String", "", "", List.of("-parameters"));

    assertThat(read(named, "{\"value\":\"a\"}")).hasFieldOrPropertyWithValue("value", "a");
  }

  @Test
  void oneWithoutArgumentsIsUsed() throws Exception {
    String setters = "public T() {} public void setValue(String v) { this.value = v; }";
    Class<?> bean = compiled("String", "", setters, List.of());

    assertThat(read(bean, "{\"value\":\"a\"}")).hasFieldOrPropertyWithValue("value", "a");
  }

  @Test
  void whoSaysThatItIsATextMeansIt() throws Exception {
    Class<?> text =
        compiled("String", "@JsonCreator(mode = JsonCreator.Mode.DELEGATING)", "", List.of());

    assertThat(read(text, "\"a\"")).hasFieldOrPropertyWithValue("value", "a");
  }

  @Test
  void whatIsWrittenAsATextIsReadAsOne() throws Exception {
    String asText = "@JsonValue public String text() { return value; }";
    Class<?> text = compiled("String", "", asText, List.of());

    assertThat(read(text, "\"a\"")).hasFieldOrPropertyWithValue("value", "a");
  }
}
