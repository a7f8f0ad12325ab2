package dev.tern.testkit;

import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Method;
import dev.tern.core.Procedure;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.access.Durations;
import dev.tern.core.access.LostCall;
import dev.tern.core.runtime.IoThread;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Faults inside a server, over any transport: requests that are lost before anything has run,
 * replies that are lost after the effect, and user code that takes long. A call that is lost ends
 * without a frame: its caller waits until its deadline, and other calls of its connection go on.
 * The server counts and logs it under the code {@code LOST}. Thread-safe.
 *
 * <pre>{@code
 * ServerFaults faults = ServerFaults.of(Duration.ofMillis(20), 0.1, 0.1, 7);
 * Server server =
 *     Server.builder(transport)
 *         .filter(faults.filter())
 *         .serve(ORDER, faults.around(shop::order))
 *         .listen(0);
 * }</pre>
 */
public final class ServerFaults {
  private final Duration delay;
  private final double lostRequestShare;
  private final double lostReplyShare;
  private final LongAdder passed = new LongAdder();
  private final LongAdder lostRequests = new LongAdder();
  private final LongAdder lostReplies = new LongAdder();
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock:
  private final SplittableRandom random;

  private enum Fate {
    PASSED,
    REQUEST_LOST,
    REPLY_LOST
  }

  private ServerFaults(Duration delay, double lostRequestShare, double lostReplyShare, long seed) {
    this.delay = delay;
    this.lostRequestShare = lostRequestShare;
    this.lostReplyShare = lostReplyShare;
    this.random = new SplittableRandom(seed);
  }

  /**
   * Faults that begin to count now.
   *
   * @param delay before the user's code, 0 or more
   * @param lostRequestShare which part of the requests is lost, from 0 for none to 1 for all
   * @param lostReplyShare which part of the replies to the others is lost, likewise
   * @param seed decides which ones, in the order in which calls come to the filter. Each call takes
   *     two {@code nextDouble()} of {@code new java.util.SplittableRandom(seed)}: its request is
   *     lost if the first is less than the share, its reply if the second is
   */
  public static ServerFaults of(
      Duration delay, double lostRequestShare, double lostReplyShare, long seed) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("delay: " + delay + " (expected: >= 0)");
    }
    Chance.check("lostRequestShare", lostRequestShare);
    Chance.check("lostReplyShare", lostReplyShare);
    return new ServerFaults(
        Duration.ofNanos(Durations.nanos(delay)), lostRequestShare, lostReplyShare, seed);
  }

  /**
   * Loses requests and replies. To be the first filter, the outermost: one that stands around it
   * sees an exception that it must pass on. Does not block. A reply with an error is lost like any
   * other. An {@code rpc.hello} is never lost: clients say it by themselves.
   */
  public Filter filter() {
    return new LosingFilter();
  }

  /**
   * Runs the procedure after the delay. The delay is the user's code already: inside all filters,
   * and the call counts as begun. It blocks, so it is for lanes that may: on the INLINE lane, with
   * a delay, each call fails.
   */
  public <P extends @Nullable Object, R extends @Nullable Object> Procedure<P, R> around(
      Procedure<P, R> procedure) {
    if (delay.isZero()) {
      return procedure;
    }
    return params -> {
      IoThread.refuseToBlock("wait for " + delay);
      Thread.sleep(delay);
      return procedure.call(params);
    };
  }

  /** How many calls were lost by none of these faults. */
  public long passed() {
    return passed.sum();
  }

  /** How many requests were lost, before anything has run. */
  public long lostRequests() {
    return lostRequests.sum();
  }

  /** How many replies were lost, after the call has run. */
  public long lostReplies() {
    return lostReplies.sum();
  }

  private Fate nextFate() {
    lock.lock();
    try {
      boolean request = random.nextDouble() < lostRequestShare;
      boolean reply = random.nextDouble() < lostReplyShare;
      return request ? Fate.REQUEST_LOST : reply ? Fate.REPLY_LOST : Fate.PASSED;
    } finally {
      lock.unlock();
    }
  }

  private final class LosingFilter implements Filter {
    /** What a client asks by itself would change which of its calls are lost. */
    @Override
    public boolean appliesTo(Method<?, ?> method) {
      return !method.name().equals("rpc.hello");
    }

    @Override
    public Response filter(Request request, Handler next) {
      return switch (nextFate()) {
        case PASSED -> {
          passed.increment();
          yield next.handle(request);
        }
        case REQUEST_LOST -> {
          lostRequests.increment();
          throw new LostCall("the request is lost");
        }
        case REPLY_LOST -> {
          try {
            var _ = next.handle(request);
          } catch (RuntimeException _) {
            // A reply like any other.
          }
          lostReplies.increment();
          throw new LostCall("the reply is lost");
        }
      };
    }

    @Override
    public boolean mayBlock() {
      return false;
    }

    @Override
    public String toString() {
      return "ServerFaults";
    }
  }
}
