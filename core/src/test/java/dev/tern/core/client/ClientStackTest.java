package dev.tern.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.access.Onion;
import dev.tern.core.client.retry.Retries;
import dev.tern.core.observe.Counters;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.core.runtime.Environment;
import dev.tern.core.runtime.Timers;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pins the order of the filters: whoever changes it has to change it here, too. */
final class ClientStackTest {
  private final Counters counters = Counters.ofClient(Timers.system());

  private final Retries retry =
      new Retries(RetryPolicy.DEFAULT, "server:1", () -> true, Environment.SYSTEM, counters);

  private static Filter named(String name) {
    return new Filter() {
      @Override
      public Response filter(Request request, Handler next) {
        return next.handle(request);
      }

      @Override
      public String toString() {
        return name;
      }
    };
  }

  private static Handler innermost() {
    return new Handler() {
      @Override
      public Response handle(Request request) {
        throw new IllegalStateException("not called");
      }

      @Override
      public String toString() {
        return "innermost";
      }
    };
  }

  private static String onion(List<Filter> order) {
    return Onion.wrap(order, innermost()).toString();
  }

  @Test
  void theClientsOrder() {
    List<Filter> users = List.of(named("first"), named("second"));

    assertThat(onion(ClientStack.filters(Timers.system(), counters, users, retry)))
        .isEqualTo(
            "counting → nested → verdict ( → first → second → ) verdict"
                + " → retry, 3 attempts → again if never left, 3 tries → innermost");
  }

  @Test
  void withoutFiltersNothingStandsAroundThem() {
    assertThat(onion(ClientStack.filters(Timers.system(), counters, List.of(), retry)))
        .isEqualTo(
            "counting → nested → retry, 3 attempts → again if never left, 3 tries → innermost");
  }
}
