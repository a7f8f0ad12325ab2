package dev.tern.transport.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class MemoryBufferTest {

  @Test
  void aHandlerThatKeepsTheArrayFindsOtherBytesInIt() {
    MemoryBuffer buffer = new MemoryBuffer(4);
    buffer.put(new byte[] {1, 2}, 0, 2);

    buffer.drop(2);

    assertThat(buffer.array()).doesNotContain(1, 2);
  }
}
