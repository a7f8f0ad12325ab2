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
        .containsPattern("json +request +[0-9]+ bytes +reply +[0-9]+ bytes +100 %")
        .containsPattern("msgpack +request +[0-9]+ bytes +reply +[0-9]+ bytes +[4-8][0-9] %")
        .containsPattern(
            "inc\\(orders\\), five times +results \\[1, 1, 1, 1, 1] after [0-9]+ attempts")
        .containsPattern(
            "its client is killed +after 2 attempts; it has printed nothing, exit code")
        .containsPattern("what became of it\\? +it runs, although its caller is gone")
        .contains("result {\"key\":\"payments\",\"value\":1}; the counter is at 1")
        .containsPattern("(?m)^ +0 – 50 +ms +[0-9]+ █*$")
        .containsPattern(
            "200 lossy calls +all answered, p50 .*; [0-9]+ requests lost, [0-9]+ retries")
        .containsPattern("400 calls at once +[0-9]+ answered, [1-9][0-9]* refused at once")
        .containsPattern("400 calls meanwhile +0 failed; [0-9]+ answered by the one that stopped")
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
