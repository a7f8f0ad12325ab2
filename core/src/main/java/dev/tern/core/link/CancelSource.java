package dev.tern.core.link;

import dev.tern.core.CancelToken;
import dev.tern.core.log.LogQueue;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link CancelToken} and the means to cancel it. Subclasses may add to it, so that a call and
 * its token are one object. Thread-safe.
 */
@SuppressWarnings("ReferenceEquality") // CANCELLED is a mark, not a value
public class CancelSource implements CancelToken {
  private static final Logger LOG = LoggerFactory.getLogger(CancelSource.class);
  private static final List<Runnable> CANCELLED = List.of();

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(CancelSource.class, "actions", List.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Null if it is not cancelled and has no actions; {@link #CANCELLED}; else what it shall run. */
  private volatile @Nullable List<Runnable> actions;

  @Override
  public final boolean isCancelled() {
    return actions == CANCELLED;
  }

  @Override
  public final void onCancel(Runnable action) {
    whenCancelled(() -> Thread.ofVirtual().name("tern-cancel").start(() -> runLogged(action)));
  }

  /**
   * Adds one of the framework's own actions. It runs on the thread that cancels, or on this one if
   * the token is cancelled already. That may be in a serial context, so it must never block.
   */
  public final void whenCancelled(Runnable action) {
    while (true) {
      List<Runnable> before = actions;
      if (before == CANCELLED) {
        runLogged(action);
        return;
      }
      List<Runnable> more = before == null ? new ArrayList<>() : new ArrayList<>(before);
      more.add(action);
      if (STATE.compareAndSet(this, before, more)) {
        return;
      }
    }
  }

  /** Forgets what was given to {@link #whenCancelled}, unless it has run or is about to. */
  public final void remove(Runnable action) {
    while (true) {
      List<Runnable> before = actions;
      if (before == null || before == CANCELLED) {
        return;
      }
      List<Runnable> fewer = new ArrayList<>(before);
      fewer.remove(action);
      if (STATE.compareAndSet(this, before, fewer.isEmpty() ? null : fewer)) {
        return;
      }
    }
  }

  /** Cancels. The framework's actions run on this thread, the users' on threads of their own. */
  @SuppressWarnings("unchecked") // the type of the field
  public final void cancel() {
    List<Runnable> before = (List<Runnable>) STATE.getAndSet(this, CANCELLED);
    if (before != null) {
      before.forEach(CancelSource::runLogged);
    }
  }

  /** What an action throws must reach neither the other actions nor the thread that cancels. */
  private static void runLogged(Runnable action) {
    try {
      action.run();
    } catch (Throwable e) {
      LogQueue.SHARED.add(() -> LOG.error("an action upon cancelling failed", e));
    }
  }
}
