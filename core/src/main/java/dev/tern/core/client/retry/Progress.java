package dev.tern.core.client.retry;

import dev.tern.core.Handler;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.protocol.Executed;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How far a call has come below the filters of the user's, which may have sent it any number of
 * times, also at once. Thread-safe.
 */
public final class Progress {
  /** Attempts that are under way, or have ended with anything but "no". */
  private final AtomicInteger mayHaveRun = new AtomicInteger();

  private volatile boolean hasRun;

  /** Makes one attempt, and remembers what it says about the operation. */
  public Response attempt(Request request, Handler next) {
    mayHaveRun.incrementAndGet();
    try {
      Response response = next.handle(request);
      ended(request.isNotification() ? Executed.MAYBE : Executed.YES);
      return response;
    } catch (RpcException e) {
      ended(e.executed());
      throw e;
    } catch (IllegalArgumentException e) {
      ended(Executed.NO); // what has no form was not sent
      throw e;
    }
  }

  private void ended(Executed verdict) {
    switch (verdict) {
      case NO -> mayHaveRun.decrementAndGet();
      case MAYBE -> {}
      case YES -> hasRun = true;
    }
  }

  /** May the operation have taken effect? */
  public Executed verdict() {
    return hasRun ? Executed.YES : mayHaveRun.get() > 0 ? Executed.MAYBE : Executed.NO;
  }
}
