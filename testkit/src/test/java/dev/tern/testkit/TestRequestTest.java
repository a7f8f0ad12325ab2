package dev.tern.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tern.core.Caller;
import dev.tern.core.Filter;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Meta;
import dev.tern.protocol.Metadata;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TestRequestTest {
  private record Order(String sku, int amount) {}

  /** A filter as a user may write it: lets those in who say who they are. */
  private static final Filter TOKENS =
      (request, next) -> {
        String token = request.meta().get(Meta.AUTH);
        if (token == null) {
          throw RpcException.refusal(ErrorCode.UNAUTHORIZED, "no token");
        }
        return next.handle(request.withCaller(new Caller(token)));
      };

  @Test
  void aFilterCanBeTriedWithoutAServer() {
    Request request =
        TestRequest.of("shop.order")
            .params(new Order("B-1", 2))
            .meta(Meta.NONE.with(Meta.AUTH, "ann"))
            .build();

    Response response =
        TOKENS.filter(request, inner -> TestRequest.response(inner.caller().name()));

    assertThat(TestRequest.result(response, String.class)).isEqualTo("ann");
    assertThat(new String(request.params(), StandardCharsets.UTF_8))
        .isEqualTo("{\"sku\":\"B-1\",\"amount\":2}");
  }

  @Test
  void codeThatAsksForItsRequestFindsIt() throws Exception {
    Request request =
        TestRequest.of("shop.order").metadata(Metadata.NONE.with("tenant", "acme")).build();

    String tenant =
        TestRequest.serving(
            request, () -> String.valueOf(Request.current().metadata().get("tenant")));

    assertThat(tenant).isEqualTo("acme");
    assertThat(Request.currentOrNull()).isNull();
  }

  @Test
  void theDeadlineIsOnTheClockOfTheTest() {
    ManualTimers clock = new ManualTimers();
    Request request =
        TestRequest.of("m").timers(clock).timeout(Duration.ofSeconds(3)).notification().build();

    clock.advance(Duration.ofSeconds(1));

    assertThat(request.remaining()).isEqualTo(Duration.ofSeconds(2));
    assertThat(request.isNotification()).isTrue();
  }

  @Test
  void aResultOfAnotherTypeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TestRequest.result(TestRequest.response(List.of(1)), String.class));
    assertThat(TestRequest.result(TestRequest.response(null), String.class)).isNull();
  }
}
