package dev.tern.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MetadataTest {
  @Test
  void keepsNamesInTheirOrder() {
    Metadata metadata = Metadata.NONE.with("b", "1").with("a", "2").with("b", "3");

    assertThat(metadata.asMap().keySet()).containsExactly("b", "a");
    assertThat(metadata.get("b")).isEqualTo("3");
    assertThat(metadata.get("c")).isNull();
  }

  @Test
  void isACopy() {
    Map<String, String> values = new HashMap<>(Map.of("a", "1"));
    Metadata metadata = Metadata.of(values);
    values.put("a", "2");

    assertThat(metadata.get("a")).isEqualTo("1");
  }

  @Test
  void doesNotShowItsValues() {
    assertThat(Metadata.NONE.with("tenant", "acme")).hasToString("Metadata[tenant]");
  }

  @Test
  void takesAsMuchAsItMay() {
    Map<String, String> many = new LinkedHashMap<>();
    for (int i = 0; i < Metadata.MAX_NAMES; i++) {
      many.put("name" + i, "");
    }
    assertThat(Metadata.of(many).asMap()).hasSize(64);
    assertThat(Metadata.NONE.with("n", "ü".repeat(4_095) + "x").isEmpty()).isFalse();

    many.put("another", "");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metadata.of(many))
        .withMessage("metadata: 65 names (expected: at most 64)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metadata.NONE.with("n", "ü".repeat(4_096)))
        .withMessageContaining("8193 bytes");
  }

  @Test
  void takesANameOf256Characters() {
    assertThat(Metadata.NONE.with("n".repeat(256), "").isEmpty()).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metadata.NONE.with("n".repeat(257), ""))
        .withMessage("metadata: a name of 257 characters (expected: 1 to 256 visible ASCII ones)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"", "\\"})
  void countsTwiceWhatJsonWritesAsTwo(String text) {
    assertThat(Metadata.NONE.with("n", text.repeat(4_095) + "x").isEmpty()).isFalse();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metadata.NONE.with("n", text.repeat(4_096)))
        .withMessageContaining("8193 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "ä", "a\n", "\u007f"})
  void refusesOtherNames(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metadata.NONE.with(name, ""))
        .withMessageContaining("visible ASCII");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\u0000", "\u0085", "\ud800", "\udc00\ud800"})
  void refusesOtherValues(String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metadata.NONE.with("a", value))
        .withMessageContaining("metadata.a (expected: a string without control characters");
  }
}
