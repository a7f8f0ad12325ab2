package dev.tern.protocol.compress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.protocol.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ContextPoolTest {
  private static final Bytes TEXT = Bytes.of("again, ".repeat(500).getBytes(UTF_8));

  private final AtomicInteger made = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();

  /** gzip, whose contexts are counted. */
  private final class Counted implements Compression {
    private final Gzip gzip = new Gzip();

    @Override
    public String label() {
      return gzip.label();
    }

    @Override
    public CompressionContext newContext() {
      made.incrementAndGet();
      CompressionContext context = gzip.newContext();
      return new CompressionContext() {
        @Override
        public @Nullable Bytes compress(Bytes payload, int most) {
          return context.compress(payload, most);
        }

        @Override
        public void expand(byte[] frame, int from, int to, Expansion into) {
          context.expand(frame, from, to, into);
        }

        @Override
        public void close() {
          closed.incrementAndGet();
          context.close();
        }
      };
    }
  }

  private final ContextPool pool = new ContextPool(new Counted());
  private final Compressions one = new Compressions(List.of(pool));
  private final Compressions other = one.forAnotherEnd();

  @Test
  void oneContextServesOnePayloadAfterTheOther() {
    for (int i = 0; i < 10; i++) {
      assertThat(one.compress("gzip", TEXT).length()).isLessThan(TEXT.length());
      assertThat(other.compress("gzip", TEXT).length()).isLessThan(TEXT.length());
    }

    assertThat(made).hasValue(1);
    assertThat(pool.size()).isEqualTo(1);
  }

  @Test
  void whatIsLoadedBeforehandIsNotKept() {
    pool.prepare();

    assertThat(made).hasValue(1);
    assertThat(closed).hasValue(1);
    assertThat(pool.size()).isZero();
  }

  @Test
  void keepsNoMoreThanItsPlaces() {
    one.compress("gzip", TEXT);
    List<CompressionContext> taken = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      taken.add(pool.take());
    }
    taken.forEach(pool::giveBack);

    assertThat(pool.size()).isEqualTo(16);
    assertThat(closed).hasValue(4);
  }

  @Test
  void allAreFreedWithTheLastEnd() {
    one.compress("gzip", TEXT);
    other.compress("gzip", TEXT);

    one.close();
    one.close();
    assertThat(pool.size()).isEqualTo(1);
    other.close();

    assertThat(pool.size()).isZero();
    assertThat(closed).hasValue(made.get());
  }

  @Test
  void anEndThatHasClosedKeepsNothing() {
    one.close();

    assertThat(one.compress("gzip", TEXT).length()).isLessThan(TEXT.length());

    assertThat(pool.users()).isZero();
    assertThat(pool.size()).isZero();
    assertThat(closed).hasValue(1);
  }

  /** A context that is given back after the last end has closed is freed, not kept. */
  @Test
  void whatIsGivenBackTooLateIsFreed() {
    one.compress("gzip", TEXT);
    CompressionContext late = pool.take();
    one.close();

    pool.giveBack(late);

    assertThat(pool.size()).isZero();
    assertThat(closed).hasValue(made.get());
  }
}
