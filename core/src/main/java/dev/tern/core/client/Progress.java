package dev.tern.core.client;

import dev.tern.core.Handler;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import dev.tern.protocol.Executed;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How far a call has come below the filters of the user's, which may have sent it any number of
 * times, also at once. Thread-safe.
 */
final class Progress {
  /** The highest verdict of the attempts that have ended. */
  private final AtomicReference<Executed> ended = new AtomicReference<>(Executed.NO);

  private final AtomicInteger underWay = new AtomicInteger();

  /** Makes one attempt, and remembers what it says about the operation. */
  Response attempt(Request request, Handler next) {
    Executed verdict = Executed.MAYBE; // of what is not expected at all
    underWay.incrementAndGet();
    try {
      Response response = next.handle(request);
      verdict = request.isNotification() ? Executed.MAYBE : Executed.YES;
      return response;
    } catch (RpcException e) {
      verdict = e.executed();
      throw e;
    } catch (IllegalArgumentException e) {
      verdict = Executed.NO; // what has no form was not sent
      throw e;
    } finally {
      ended.accumulateAndGet(verdict, Executed::or);
      underWay.decrementAndGet();
    }
  }

  /** May the operation have taken effect? Looked at before all attempts have ended, perhaps. */
  Executed verdict() {
    Executed open =
        underWay.get() > 0 ? Executed.MAYBE : Executed.NO; // first: it may end meanwhile
    return open.or(ended.get());
  }
}
