package dev.tern.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetaTest {
  @Test
  void saysWhatItWasToldAndNothingElse() {
    Meta meta = Meta.timeout(7).with(Meta.KEY, "k").with(Meta.ATTEMPT, 2);

    assertThat(meta.timeoutMillis()).isEqualTo(7);
    assertThat(meta.get(Meta.KEY)).isEqualTo("k");
    assertThat(meta.get(Meta.ATTEMPT)).isEqualTo(2);
    assertThat(meta.get(Meta.AUTH)).isNull();
    assertThat(meta.saysMoreThanATimeout()).isTrue();
  }

  @Test
  void aWitherChangesNothingThatIsThere() {
    Meta key = Meta.timeout(7).with(Meta.KEY, "k");

    Meta later = key.withTimeoutMillis(3).with(Meta.KEY, "l");

    assertThat(key).isEqualTo(Meta.timeout(7).with(Meta.KEY, "k"));
    assertThat(later).isEqualTo(Meta.timeout(3).with(Meta.KEY, "l"));
    assertThat(Meta.NONE.saysMoreThanATimeout()).isFalse();
  }

  @Test
  void theSameTimeoutAgainCostsNothing() {
    assertThat(Meta.timeout(1_234)).isSameAs(Meta.timeout(1_234));
  }

  @Test
  void aBuilderIsEmptyOnceItHasBuilt() {
    Meta.Builder builder = new Meta.Builder().timeoutMillis(5).say(Meta.KEY, "k");
    builder.build();

    assertThat(builder.build()).isEqualTo(Meta.NONE);
  }

  @Test
  void aListIsCopied() {
    List<String> names = new ArrayList<>(List.of("gzip"));
    Meta meta = Meta.NONE.with(Meta.ACCEPT, names);
    names.clear();

    assertThat(meta.get(Meta.ACCEPT)).containsExactly("gzip");
  }

  @Test
  void aNumberBelowItsLeastIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Meta.NONE.with(Meta.ATTEMPT, 0))
        .withMessage("meta.attempt: 0 (expected: at least 1)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Meta.timeout(-2))
        .withMessage("timeoutMillis: -2 (expected: at least -1)");
  }

  @Test
  void theIndexOfEachKeyIsItsPlace() {
    for (int i = 0; i < Meta.keys().size(); i++) {
      Meta.Key<?> key = Meta.keys().get(i);
      assertThat(one(key).saidKeys()).as(key.wire()).isEqualTo(1 << i);
      assertThat(one(key).saidAt(0)).as(key.wire()).isEqualTo(one(key).get(key));
    }
  }

  private static Meta one(Meta.Key<?> key) {
    return switch (key.wire()) {
      case "v" -> Meta.NONE.with(Meta.V, 1);
      case "idempotent" -> Meta.NONE.with(Meta.IDEMPOTENT, true);
      case "key" -> Meta.NONE.with(Meta.KEY, "k");
      case "attempt" -> Meta.NONE.with(Meta.ATTEMPT, 1);
      case "repeated" -> Meta.NONE.with(Meta.REPEATED, true);
      case "dedup" -> Meta.NONE.with(Meta.DEDUP, "d");
      case "first_ms" -> Meta.NONE.with(Meta.FIRST_MILLIS, 0L);
      case "auth" -> Meta.NONE.with(Meta.AUTH, "t");
      case "traceparent" -> Meta.NONE.with(Meta.TRACEPARENT, "p");
      case "tracestate" -> Meta.NONE.with(Meta.TRACESTATE, "s");
      case "accept" -> Meta.NONE.with(Meta.ACCEPT, List.of("gzip"));
      case "md" -> Meta.NONE.with(Meta.MD, Metadata.NONE.with("a", "b"));
      default -> Meta.NONE.with(Meta.TIMING, true);
    };
  }
}
