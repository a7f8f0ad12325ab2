package dev.tern.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBucketTest {
  private static final long SECOND = 1_000_000_000;

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE, Long.MIN_VALUE, -5})
  void allowsABurst(long start) {
    TokenBucket bucket = new TokenBucket(3, 1, start);
    assertThat(taken(bucket, start, 10)).isEqualTo(3);
  }

  @Test
  void fillsAgainAtItsRate() {
    TokenBucket bucket = new TokenBucket(3, 2, 0);
    assertThat(taken(bucket, 0, 10)).isEqualTo(3);
    assertThat(bucket.take(SECOND / 2 - 1)).isFalse();
    assertThat(bucket.take(SECOND / 2 + 1)).isTrue();
    assertThat(bucket.take(SECOND / 2 + 1)).isFalse();
  }

  @Test
  void isNeverFullerThanTheBurst() {
    TokenBucket bucket = new TokenBucket(3, 100, 0);
    assertThat(taken(bucket, 3600 * SECOND, 100)).isEqualTo(3);
  }

  @Test
  void refusalsCostNothing() {
    TokenBucket bucket = new TokenBucket(1, 1, 0);
    assertThat(bucket.take(0)).isTrue();
    int refused = 0;
    for (int millis = 1; millis < 1000; millis++) {
      refused += bucket.take(millis * (SECOND / 1000)) ? 0 : 1;
    }
    assertThat(refused).isEqualTo(999);
    assertThat(bucket.take(SECOND + 1000)).isTrue();
  }

  private static int taken(TokenBucket bucket, long now, int tries) {
    int taken = 0;
    for (int i = 0; i < tries; i++) {
      taken += bucket.take(now) ? 1 : 0;
    }
    return taken;
  }
}
