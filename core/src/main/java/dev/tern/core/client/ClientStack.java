package dev.tern.core.client;

import dev.tern.core.Filter;
import dev.tern.core.client.retry.Retries;
import dev.tern.core.observe.Counters;
import dev.tern.core.runtime.Timers;
import java.util.ArrayList;
import java.util.List;

/**
 * The order of a client's filters, in the direction that a request travels. Before them stands the
 * caller, after them the endpoint.
 */
final class ClientStack {
  private ClientStack() {}

  static List<Filter> filters(Timers timers, Counters counters, List<Filter> users, Retries retry) {
    List<Filter> order = new ArrayList<>();
    order.add(new CountingFilter(counters)); // outermost: one count a call, whatever filters do
    order.add(new NestedCallFilter(timers)); // outside what takes time: one deadline for all of it
    if (!users.isEmpty()) {
      order.add(VerdictFilter.OUTSIDE); // around the user's: what they throw gets a true verdict
      order.addAll(users); // the application's own, in the order in which it registered them
      order.add(VerdictFilter.INSIDE); // inside the user's: it sees what they do with the call
    }
    order.addAll(retry.filters()); // inside the user's: for them it is one call
    order.add(new NeverLeftFilter(counters)); // innermost: for all others it is one attempt
    return order;
  }
}
