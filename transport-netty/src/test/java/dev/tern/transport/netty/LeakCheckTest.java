package dev.tern.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The check itself: one that finds nothing would pass everywhere. */
@ExtendWith(LeakCheck.class)
final class LeakCheckTest {

  @AfterEach
  void forgetTheLeakMadeHere() {
    LeakCheck.found().clear();
  }

  @Test
  void aLostBufferIsFound() {
    loseABuffer();

    assertThat(LeakCheck.found()).isNotEmpty();
  }

  private static void loseABuffer() {
    ByteBufAllocator.DEFAULT.directBuffer(16).writeInt(1);
  }
}
