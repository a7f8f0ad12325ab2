package dev.tern.core.server;

import dev.tern.core.Filter;
import dev.tern.core.Method;
import dev.tern.core.server.admission.Gates;
import dev.tern.core.server.once.Once;
import java.util.ArrayList;
import java.util.List;

/**
 * The order of a server's filters, in the direction that a request travels. Before them stand the
 * gates (see {@link Gates}), on the thread that read the request; after them the user's code. What
 * a call has come to is encoded, counted and logged outside all of them (see {@link CallTask}).
 */
final class ServerStack {
  private ServerStack() {}

  /** The filters around one method: only those that apply to it. */
  static List<Filter> filters(Method<?, ?> method, List<Filter> users, Once once) {
    List<Filter> order = new ArrayList<>();
    order.addAll(users); // the application's own, in the order in which it registered them
    order.removeIf(filter -> !filter.appliesTo(method));
    Filter remembering = once.around(method);
    if (remembering != null) {
      order.add(remembering); // inside the user's, one of which says who calls: what is remembered
      // of one caller is told to no other
    }
    return order;
  }
}
