package dev.tern.core.client;

import dev.tern.core.Filter;
import dev.tern.core.observe.Counters;
import java.util.ArrayList;
import java.util.List;

/**
 * The order of a client's filters, in the direction that a request travels. Before them stands the
 * caller, after them the connection.
 */
final class ClientStack {
  private ClientStack() {}

  static List<Filter> filters(Counters counters, List<Filter> users, Filter deadline) {
    List<Filter> order = new ArrayList<>();
    order.add(new CountingFilter(counters)); // outermost: one count a call, whatever filters do
    order.add(deadline); // outside all that can take time: one deadline for the whole operation
    order.addAll(users); // the application's own, in the order in which it registered them
    return order;
  }
}
