package dev.tern.core.server;

import dev.tern.core.Filter;
import dev.tern.core.observe.Incidents;
import dev.tern.core.server.admission.Gates;
import java.util.ArrayList;
import java.util.List;

/**
 * The order of a server's filters, in the direction that a request travels. Before them stand the
 * gates (see {@link Gates}), on the thread that read the request; after them the user's code. Calls
 * are counted where they end, in their connection (see {@link ServerConnection}).
 */
final class ServerStack {
  private ServerStack() {}

  static List<Filter> filters(Filter log, Incidents incidents, List<Filter> users) {
    List<Filter> order = new ArrayList<>();
    order.add(log); // outside the user's filters: shows what the peer was told, not what was thrown
    order.add(new ReplyFilter()); // outside the user's filters: what they return is what is sent
    if (!users.isEmpty()) {
      order.add(
          new UserErrorsFilter(incidents)); // inside the log: it shows the incident, as the peer is
    }
    order.addAll(users); // the application's own, in the order in which it registered them
    return order;
  }
}
