package dev.tern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RehearsalTest {

  @Test
  void itsCallsGoAsTheyShould() throws IOException {
    assertThat(Rehearsal.run()).isZero();
  }
}
