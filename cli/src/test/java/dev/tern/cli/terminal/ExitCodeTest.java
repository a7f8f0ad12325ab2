package dev.tern.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.cli.Run;
import dev.tern.cli.ScriptedServer;
import dev.tern.cli.visit.CallFailure;
import dev.tern.protocol.ErrorCode;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class ExitCodeTest {

  private static Run callAnsweredWith(String error) throws IOException {
    try (ScriptedServer server =
        new ScriptedServer("{\"id\":1,\"ok\":false,\"error\":" + error + "}")) {
      return Run.tern("call", server.address(), "anything");
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachErrorCodeHasItsOwn(ErrorCode code) throws IOException {
    Run run =
        callAnsweredWith(
            "{\"code\":\"" + code.name() + "\",\"message\":\"m\",\"executed\":\"maybe\"}");
    assertThat(run.code()).isEqualTo(ExitCode.of(code));
  }

  @Test
  void anApplicationErrorIs64() throws IOException {
    Run run =
        callAnsweredWith("{\"code\":\"OUT_OF_STOCK\",\"message\":\"m\",\"executed\":\"yes\"}");
    assertThat(run.code()).isEqualTo(64);
  }

  @Test
  void numbersAreDistinctAndNoneIsASignal() {
    assertThat(Arrays.stream(ErrorCode.values()).map(ExitCode::of))
        .doesNotHaveDuplicates()
        .allSatisfy(number -> assertThat(number).isBetween(65, 125));
  }

  @Test
  void theHelpListsThemAll() {
    Run run = Run.tern("call", "--help");
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(run.out()).containsPattern("\\b" + ExitCode.of(code) + " +" + code.name());
    }
  }

  @ParameterizedTest
  @EnumSource
  void theVerdictIsSaidInPlainWords(dev.tern.protocol.Executed executed) throws IOException {
    Run run =
        callAnsweredWith(
            "{\"code\":\"X\",\"message\":\"broken\",\"details\":{\"n\":1},\"executed\":\""
                + executed.wire()
                + "\"}");
    assertThat(run.err())
        .isEqualTo("X: broken\n" + CallFailure.verdict(executed) + "\ndetails: {\"n\":1}\n");
  }

  @Test
  void nothingOfAFailureGoesToStdout() throws IOException {
    Run run = callAnsweredWith("{\"code\":\"X\",\"message\":\"m\",\"executed\":\"no\"}");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void controlCharactersOfThePeerDoNotReachTheTerminal() throws IOException {
    Run run =
        callAnsweredWith("{\"code\":\"X\",\"message\":\"\\u001b[2J\\u202e\",\"executed\":\"no\"}");
    assertThat(run.err()).startsWith("X: \\u001b[2J\\u202e\n");
  }
}
