package dev.tern.core.binding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.tern.protocol.Bytes;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BindingCostTest {
  record Add(int a, int b) {}

  private static final ParamsReader<Add> READER = JsonCodec.DEFAULT.paramsReader(Add.class);

  @Test
  void callsSideBySideDoNotDisturbEachOther() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> wrong = new ArrayList<>();
      for (int t = 0; t < 50; t++) {
        int mine = t;
        wrong.add(threads.submit(() -> wrongRoundTrips(mine)));
      }
      for (Future<Integer> one : wrong) {
        assertThat(one.get()).isZero();
      }
    }
  }

  private static int wrongRoundTrips(int mine) {
    int wrong = 0;
    for (int i = 0; i < 1000; i++) {
      Add add = new Add(mine, i);
      wrong += READER.read(JsonCodec.DEFAULT.encode(add)).equals(add) ? 0 : 1;
    }
    return wrong;
  }

  @Test
  void aFlatRecordCostsLittleGarbage() {
    Bytes json = Bytes.of("{\"a\":1234,\"b\":5678}".getBytes(UTF_8));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int rounds = 10_000;
    readOften(json, rounds);

    long before = threads.getCurrentThreadAllocatedBytes();
    readOften(json, rounds);
    long bytes = (threads.getCurrentThreadAllocatedBytes() - before) / rounds;

    // The record, its arguments boxed, the array that they travel in, and a reader.
    assertThat(bytes).isLessThan(300);
  }

  private static void readOften(Bytes json, int rounds) {
    int sum = 0;
    for (int i = 0; i < rounds; i++) {
      sum += READER.read(json).a();
    }
    assertThat(sum).isEqualTo(1234 * rounds);
  }

  @Test
  void anArrayOfNumbersCostsNoObjectForEach() {
    int length = 10_000;
    Bytes json = JsonCodec.DEFAULT.encode(IntStream.range(1_000, 1_000 + length).toArray());
    ParamsReader<int[]> reader = JsonCodec.DEFAULT.paramsReader(int[].class);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    assertThat(reader.read(json)).hasSize(length);

    long before = threads.getCurrentThreadAllocatedBytes();
    int[] read = reader.read(json);
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(read).hasSize(length).startsWith(1_000, 1_001);
    // Four each, and less than three times as many of arrays that were too short.
    assertThat(bytes).isLessThan(20L * length);
  }
}
