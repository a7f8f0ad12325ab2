package dev.tern.bench.contender;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class OrderTest {
  @Test
  void theSampleIsOneKibibyteOfJson() {
    String json = JsonMapper.builder().build().writeValueAsString(Order.SAMPLE);
    assertThat(json.getBytes(UTF_8)).hasSizeBetween(1_000, 1_048);
  }

  @Test
  void textsAreAsLongAsTheirNamesSay() {
    assertThat(Work.ECHO_64K.text()).hasSize(64 << 10);
    assertThat(Work.ECHO_1M.text()).hasSize(1 << 20);
  }
}
