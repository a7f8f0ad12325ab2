package dev.tern.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class RandomKeysTest {
  @Test
  void eachIsARandomUuidOfItsOwn() {
    Set<String> seen = new HashSet<>();
    long ones = 0;
    int keys = 1_000; // more than are drawn at once
    for (int i = 0; i < keys; i++) {
      String key = RandomKeys.next();
      UUID uuid = UUID.fromString(key);
      assertThat(uuid).hasToString(key);
      assertThat(uuid.version()).isEqualTo(4);
      assertThat(uuid.variant()).isEqualTo(2);
      ones +=
          Long.bitCount(uuid.getMostSignificantBits())
              + Long.bitCount(uuid.getLeastSignificantBits());
      seen.add(key);
    }
    assertThat(seen).hasSize(keys);
    // 122 random bits, and two that are always 1: 63, and 0.17 is its standard deviation here.
    assertThat((double) ones / keys).isBetween(62.0, 64.0);
  }
}
