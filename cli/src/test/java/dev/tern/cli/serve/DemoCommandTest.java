package dev.tern.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.cli.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class DemoCommandTest {

  @Test
  void allIsAsExpected() {
    Run run = Run.tern("demo");
    assertThat(run.out())
        .containsPattern("(?m)^netty ")
        .containsPattern("(?m)^threads ")
        .containsPattern("1,000 in flight on 1 connection, 1,000 right, [1-9][0-9]* answered out")
        .doesNotContain("✗")
        .contains("all as expected");
    assertThat(run.code()).isZero();
  }

  @Test
  void whatCannotBeShownIsNoSuccess() {
    Run run = Run.ternOnAFullDisk("demo");
    assertThat(run)
        .isEqualTo(new Run(3, "", "tern: stdout could not be written; output was lost\n"));
  }
}
