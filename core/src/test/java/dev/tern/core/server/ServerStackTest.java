package dev.tern.core.server;

import static dev.tern.core.access.Access.CORE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.observe.CallLog;
import dev.tern.core.observe.Counters;
import dev.tern.core.observe.Incidents;
import dev.tern.core.runtime.Timers;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pins the order of the filters: whoever changes it has to change it here, too. */
final class ServerStackTest {
  private final Counters counters = Counters.ofClient(Timers.system());
  private final Incidents incidents = new Incidents(Timers.system());
  private final Filter log = named("log");

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
    return CORE.wrap(order, innermost()).toString();
  }

  @Test
  void theServersOrder() {
    List<Filter> users = List.of(named("first"), named("second"));

    assertThat(onion(ServerStack.filters(log, incidents, users)))
        .isEqualTo("log → reply → user errors → first → second → innermost");
  }

  @Test
  void aServerWithoutFiltersOfItsOwnPaysForNone() {
    assertThat(onion(ServerStack.filters(log, incidents, List.of())))
        .isEqualTo("log → reply → innermost");
  }

  @Test
  void noFilterOfTheFrameworksMayBlock() {
    Filter realLog = new CallLogFilter(new CallLog(Timers.system(), counters));
    Filter quiet = new UserErrorsFilter(incidents);

    assertThat(ServerStack.filters(realLog, incidents, List.of(quiet))).noneMatch(Filter::mayBlock);
  }
}
