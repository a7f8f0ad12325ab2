package dev.tern.core;

/** Counts calls, by code. */
final class CountingFilter implements Filter {
  private final Counters counters;

  CountingFilter(Counters counters) {
    this.counters = counters;
  }

  @Override
  public Response filter(Request request, Handler next) {
    counters.began();
    Response response;
    try {
      response = next.handle(request);
    } catch (RpcException e) {
      counters.failed(e.code());
      throw e;
    } catch (Throwable e) {
      counters.failed("INTERNAL");
      throw e;
    }
    counters.succeeded();
    return response;
  }

  @Override
  public boolean mayBlock() {
    return false;
  }

  @Override
  public String toString() {
    return "counting";
  }
}
