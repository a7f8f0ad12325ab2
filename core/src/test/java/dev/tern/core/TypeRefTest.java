package dev.tern.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TypeRefTest {
  @Test
  void theTypeArgumentIsCaptured() {
    assertThat(new TypeRef<List<String>>() {}).hasToString("java.util.List<java.lang.String>");
  }

  @Test
  void equalTypesMakeEqualReferences() {
    assertThat(new TypeRef<String>() {}).isEqualTo(TypeRef.of(String.class));
  }

  @Test
  @SuppressWarnings("rawtypes") // what a forgetful caller writes
  void aMissingTypeArgumentIsRefused() {
    assertThatThrownBy(() -> new TypeRef() {})
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: a type argument");
  }
}
