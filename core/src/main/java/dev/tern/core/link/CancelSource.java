package dev.tern.core.link;

import dev.tern.core.CancelToken;
import dev.tern.core.log.LogQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
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

  @SuppressWarnings("rawtypes") // the class of a field has no type arguments
  private static final AtomicReferenceFieldUpdater<CancelSource, @Nullable List> ACTIONS =
      AtomicReferenceFieldUpdater.newUpdater(CancelSource.class, List.class, "actions");

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
    if (!change(all -> all.add(action))) {
      runLogged(action);
    }
  }

  /** Forgets what was given to {@link #whenCancelled}, unless it has run or is about to. */
  public final void remove(Runnable action) {
    change(all -> all.remove(action));
  }

  /** Changes a copy of the actions, and puts it in their place; false if it is cancelled. */
  private boolean change(Consumer<List<Runnable>> how) {
    while (true) {
      List<Runnable> before = actions;
      if (before == CANCELLED) {
        return false;
      }
      List<Runnable> after = new ArrayList<>(before == null ? List.of() : before);
      how.accept(after);
      if (ACTIONS.compareAndSet(this, before, after.isEmpty() ? null : after)) {
        return true;
      }
    }
  }

  /** Cancels. The framework's actions run on this thread, the users' on threads of their own. */
  @SuppressWarnings("unchecked") // the type of the field
  public final void cancel() {
    List<Runnable> before = ACTIONS.getAndSet(this, CANCELLED);
    if (before != null) {
      before.forEach(CancelSource::runLogged);
    }
  }

  /** What an action throws must reach neither the other actions nor the thread that cancels. */
  private static void runLogged(Runnable action) {
    try {
      action.run();
    } catch (Throwable e) {
      LogQueue.SHARED.add(e, why -> LOG.error("an action upon cancelling failed", why));
    }
  }
}
