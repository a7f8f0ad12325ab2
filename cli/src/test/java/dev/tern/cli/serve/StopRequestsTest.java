package dev.tern.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.cli.serve.StopRequests.Meaning;
import org.junit.jupiter.api.Test;

class StopRequestsTest {
  private static final long START = 7;

  private final StopRequests requests = new StopRequests();

  @Test
  void eachMeansMoreThanTheOneBefore() {
    assertThat(requests.next(START)).isEqualTo(Meaning.STOP);
    assertThat(requests.next(START + StopRequests.ECHO_NANOS)).isEqualTo(Meaning.HURRY);
    assertThat(requests.next(START + 2 * StopRequests.ECHO_NANOS)).isEqualTo(Meaning.AT_ONCE);
  }

  @Test
  void anEchoMeansNothing() {
    assertThat(requests.next(START)).isEqualTo(Meaning.STOP);
    assertThat(requests.next(START + 10)).isEqualTo(Meaning.NOTHING);
    assertThat(requests.next(START + StopRequests.ECHO_NANOS - 1)).isEqualTo(Meaning.NOTHING);
    assertThat(requests.next(START + StopRequests.ECHO_NANOS)).isEqualTo(Meaning.HURRY);
  }
}
