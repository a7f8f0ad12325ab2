package dev.tern.cli.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.cli.terminal.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClaimsTest {
  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(shown, true, UTF_8);
  private final Claims claims =
      new Claims(new Terminal(new ByteArrayInputStream(new byte[0]), out, out, false, Map.of()));

  @Test
  void oneThatIsTrueIsShown() {
    claims.line(true, "add(1, 2)", "3", "3");
    assertThat(shown.toString(UTF_8)).isEqualTo("  ✓ add(1, 2)                     3\n");
    assertThat(claims.broken()).isZero();
  }

  @Test
  void oneThatIsNotIsCounted() {
    claims.line(false, "add(1, 2)", "4", "3");
    assertThat(shown.toString(UTF_8))
        .isEqualTo("  ✗ add(1, 2)                     4 (expected: 3)\n");
    assertThat(claims.broken()).isEqualTo(1);
  }
}
