package dev.tern.core.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryStoreDefaultsTest {

  @Test
  void oneCallerMayUseATenthOfTheHeap() {
    assertThat(MemoryStore.builder().bytes).isEqualTo(Runtime.getRuntime().maxMemory() / 10);
  }
}
