package dev.tern.core;

import java.util.List;

/** One layer around the rest. */
record Onion(Filter filter, Handler next) implements Handler {
  /** All layers around what is innermost; the first filter becomes the outermost. */
  static Handler wrap(List<Filter> filters, Handler innermost) {
    Handler handler = innermost;
    for (Filter filter : filters.reversed()) {
      handler = filter.wrap(handler);
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
  static String name(Filter filter) {
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
