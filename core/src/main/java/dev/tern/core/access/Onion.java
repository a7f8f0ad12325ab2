package dev.tern.core.access;

import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Request;
import dev.tern.core.Response;
import java.util.List;

/** One filter around the rest of a chain. Its text is the whole chain, outermost first. */
public record Onion(Filter filter, Handler next) implements Handler {
  /** A handler under all these filters, of which the first becomes the outermost. */
  public static Handler wrap(List<Filter> filters, Handler innermost) {
    Handler handler = innermost;
    for (Filter filter : filters.reversed()) {
      handler = new Onion(filter, handler);
    }
    return handler;
  }

  @Override
  public Response handle(Request request) {
    return filter.filter(request, next);
  }

  @Override
  public String toString() {
    return name(filter) + " → " + next;
  }

  /** The name to print for a filter: its own text, or where it is from if it has none. */
  public static String name(Filter filter) {
    String text = filter.toString();
    if (!text.contains("@")) {
      return text;
    }
    String type = filter.getClass().getName();
    int lambda = type.indexOf("$$Lambda");
    return lambda < 0
        ? type.substring(type.lastIndexOf('.') + 1)
        : "a lambda of " + type.substring(0, lambda);
  }
}
