package dev.tern.core.server;

import dev.tern.core.Filter;
import dev.tern.core.Method;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.server.admission.Gates;
import dev.tern.core.server.auth.AuthFilter;
import dev.tern.core.server.once.Once;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The order of a server's filters, in the direction that a request travels. Before them stand the
 * gates (see {@link Gates}) and, if it does not block, what finds out who calls, on the thread that
 * read the request; after them the user's code. What a call has come to is encoded, counted and
 * logged outside all of them (see {@link CallTask}).
 */
final class ServerStack {
  private ServerStack() {}

  /** The filters around one method: only those that apply to it. */
  static List<Filter> filters(
      Method<?, ?> method,
      JsonCodec codec,
      @Nullable AuthFilter auth,
      List<Filter> users,
      Once once) {
    List<Filter> order = new ArrayList<>(auth == null ? List.of() : List.of(auth)); // outermost:
    // a stranger's call reaches nothing, and the user's filters know who calls. Only if that may
    // block: else it was settled before the call came to its lane
    String only = codec.onlyEncoding(method.paramsType(), method.resultType());
    if (only != null) {
      order.add(new EncodingFilter(only)); // what can never be answered costs nothing further
    }
    order.addAll(users); // the application's own, in the order in which it registered them
    order.removeIf(filter -> !filter.appliesTo(method));
    Filter remembering = once.around(method, codec.messageOf(method.paramsType()));
    if (remembering != null) {
      order.add(remembering); // inside what says who calls, which one of the user's may, too: what
      // is remembered of one caller is told to no other
    }
    return order;
  }
}
