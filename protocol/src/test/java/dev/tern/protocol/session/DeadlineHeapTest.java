package dev.tern.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlineHeapTest {
  private static final int OPERATIONS = 20_000;

  private static final class Timed extends DeadlineHeap.Entry {
    Timed(long deadlineNanos) {
      super(deadlineNanos);
    }
  }

  private final DeadlineHeap<Timed> heap = new DeadlineHeap<>();

  @Test
  void anEmptyOneWantsNoWaking() {
    assertThat(heap.next()).isEqualTo(Long.MAX_VALUE);
    assertThat(heap.poll(0)).isNull();
  }

  @Test
  void aDeadlineHasPassedAtItsInstant() {
    Timed timed = new Timed(10);
    heap.add(timed);
    assertThat(heap.poll(9)).isNull();
    assertThat(heap.poll(10)).isSameAs(timed);
    assertThat(heap.poll(10)).isNull();
  }

  @Test
  void takingOutWhatIsNotInDoesNothing() {
    Timed in = new Timed(10);
    heap.add(in);
    heap.remove(new Timed(10));
    assertThat(heap.next()).isEqualTo(10);
    heap.remove(in);
    heap.remove(in);
    assertThat(heap.next()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void mayBeAddedAgain() {
    Timed timed = new Timed(10);
    heap.add(timed);
    heap.remove(timed);
    heap.add(timed);
    assertThat(heap.poll(10)).isSameAs(timed);
  }

  /** The clock may begin anywhere, so that later instants are smaller numbers. */
  @ParameterizedTest
  @ValueSource(longs = {0, -1_000, Long.MAX_VALUE - 5_000, Long.MIN_VALUE})
  void agreesWithAList(long origin) {
    for (long seed = 1; seed <= 5; seed++) {
      Random random = new Random(seed);
      List<Timed> model = new ArrayList<>();
      long now = origin;
      for (int i = 0; i < OPERATIONS; i++) {
        // Phases of growth and of decline: from empty to some thousand and back.
        boolean growing = i / 4_000 % 2 == 0;
        switch (random.nextInt(growing ? 4 : 10)) {
          case 0, 1, 2 -> {
            Timed timed = new Timed(now + random.nextInt(growing ? 100_000 : 500));
            heap.add(timed);
            model.add(timed);
          }
          case 3, 4 -> now += random.nextInt(20);
          default -> {
            if (!model.isEmpty()) {
              heap.remove(model.remove(random.nextInt(model.size())));
            }
          }
        }
        now = expire(model, now);
        Timed first = earliest(model, now);
        assertThat(heap.next())
            .as("seed %d, operation %d", seed, i)
            .isEqualTo(first == null ? Long.MAX_VALUE : first.deadlineNanos());
      }
      for (Timed left : model) {
        heap.remove(left);
      }
      assertThat(heap.next()).isEqualTo(Long.MAX_VALUE);
    }
  }

  private long expire(List<Timed> model, long now) {
    for (Timed due; (due = heap.poll(now)) != null; ) {
      Timed first = earliest(model, now);
      assertThat(first).isNotNull();
      assertThat(due.deadlineNanos()).isEqualTo(first == null ? 0 : first.deadlineNanos());
      assertThat(model.remove(due)).as("known").isTrue();
    }
    Timed next = earliest(model, now);
    assertThat(next == null || next.deadlineNanos() - now > 0).as("all due are out").isTrue();
    return now;
  }

  private static @Nullable Timed earliest(List<Timed> model, long now) {
    Timed first = null;
    for (Timed timed : model) {
      if (first == null || timed.deadlineNanos() - now < first.deadlineNanos() - now) {
        first = timed;
      }
    }
    return first;
  }
}
