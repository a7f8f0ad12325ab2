package dev.tern.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Id;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PendingTableTest {
  private static final int OPERATIONS = 50_000;

  private final PendingTable table = new PendingTable();

  @Test
  void whatIsTakenOutIsGone() {
    ClientCall call = call(5);
    table.put(call);
    assertThat(table.remove(5)).isSameAs(call);
    assertThat(table.remove(5)).isNull();
    assertThat(table.size()).isZero();
  }

  @Test
  void allLongsAreNumbers() {
    for (long sequence : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32}) {
      table.put(call(sequence));
    }
    assertThat(table.remove(1L << 33)).isNull();
    for (long sequence : new long[] {1L << 32, Long.MAX_VALUE, Long.MIN_VALUE, -1, 0}) {
      ClientCall call = table.remove(sequence);
      assertThat(call).isNotNull();
      assertThat(call == null ? -7 : call.sequence()).isEqualTo(sequence);
    }
  }

  @Test
  void drainingTakesAllOut() {
    Set<ClientCall> in = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      ClientCall call = call(i * 16L);
      in.add(call);
      table.put(call);
    }
    List<ClientCall> out = new ArrayList<>();
    table.drain(
        call -> {
          assertThat(table.size()).isZero();
          out.add(call);
        });
    assertThat(out).containsExactlyInAnyOrderElementsOf(in);
    assertThat(table.remove(16)).isNull();
  }

  /** Numbers in order as in life; few and far apart, so that they collide; and any. */
  @ParameterizedTest
  @CsvSource({"1, 1", "1, 16", "1, 1048576", "7, 3"})
  void agreesWithAMap(int step, int stride) {
    for (long seed = 1; seed <= 3; seed++) {
      Random random = new Random(seed);
      Map<Long, ClientCall> model = new HashMap<>();
      List<Long> in = new ArrayList<>();
      long next = random.nextInt(1000) - 500L;
      for (int i = 0; i < OPERATIONS; i++) {
        boolean growing = i / 10_000 % 2 == 0;
        if (random.nextInt(10) < (growing ? 6 : 4)) {
          long sequence = next * stride;
          next += step;
          ClientCall call = call(sequence);
          model.put(sequence, call);
          in.add(sequence);
          table.put(call);
        } else {
          long sequence =
              in.isEmpty() || random.nextInt(5) == 0
                  ? random.nextLong(-1_000_000, 1_000_000)
                  : in.get(random.nextInt(in.size()));
          in.remove(sequence);
          assertThat(table.remove(sequence))
              .as("seed %d, operation %d, %d", seed, i, sequence)
              .isSameAs(model.remove(sequence));
        }
        assertThat(table.size()).isEqualTo(model.size());
      }
      Set<ClientCall> left = new HashSet<>();
      table.drain(left::add);
      assertThat(left).isEqualTo(new HashSet<>(model.values()));
    }
  }

  private static ClientCall call(long sequence) {
    return new ClientCall(sequence, new Id.Number(sequence), Bytes.of(new byte[0]), true, 0);
  }
}
