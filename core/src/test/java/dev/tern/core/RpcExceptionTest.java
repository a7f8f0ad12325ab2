package dev.tern.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RpcExceptionTest {

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void onlyTheFrameworkMakesTheFrameworksErrors(ErrorCode code) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RpcException(code.name(), "mine"))
        .withMessageContaining(code.name());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RpcException.notExecuted(code.name(), "mine"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "lower", "With Space", "1ST", "_X", "ÄRGER"})
  void aCodeIsAnUpperSnakeName(String code) {
    assertThatIllegalArgumentException().isThrownBy(() -> new RpcException(code, "mine"));
  }

  @Test
  void aCodeHas64CharactersAtMost() {
    assertThat(new RpcException("X".repeat(64), "").code()).hasSize(64);
    assertThatIllegalArgumentException().isThrownBy(() -> new RpcException("X".repeat(65), ""));
  }

  @Test
  void anApplicationsErrorWasExecutedUnlessItSaysOtherwise() {
    assertThat(new RpcException("MINE", "").executed()).isEqualTo(Executed.YES);
    assertThat(RpcException.notExecuted("MINE", "").executed()).isEqualTo(Executed.NO);
  }

  @Test
  void anApplicationsErrorIsNotTransient() {
    assertThat(new RpcException("MINE", "").isTransient()).isFalse();
  }

  @Test
  void theTextNamesCodeMessageAndVerdict() {
    assertThat(new RpcException("MINE", "words", Map.of("a", 1)))
        .hasToString("RpcException: MINE: words (executed: yes)");
  }
}
