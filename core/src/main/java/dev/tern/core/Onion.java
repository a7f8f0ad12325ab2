package dev.tern.core;

/** One layer around the rest. */
record Onion(Filter filter, Handler next) implements Handler {
  @Override
  public Response handle(Request request) {
    return filter.filter(request, next);
  }

  @Override
  public String toString() {
    return name(filter) + " → " + next;
  }

  /** The name to print for a filter: its own text, or its class if it has none. */
  private static String name(Filter filter) {
    String text = filter.toString();
    return text.contains("@") ? filter.getClass().getSimpleName() : text;
  }
}
