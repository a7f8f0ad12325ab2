package dev.tern.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A {@link CancelToken} and the means to cancel it. Open for subclasses that save an object. */
@SuppressWarnings("ReferenceEquality") // CANCELLED is a mark, not a value
class CancelSource implements CancelToken {
  private static final Logger LOG = LoggerFactory.getLogger(CancelSource.class);
  private static final List<Runnable> CANCELLED = List.of();

  /** Null: not cancelled, no actions. {@link #CANCELLED}: cancelled. Else the actions to run. */
  private final AtomicReference<@Nullable List<Runnable>> state = new AtomicReference<>();

  @Override
  public final boolean isCancelled() {
    return state.get() == CANCELLED;
  }

  @Override
  public final void onCancel(Runnable action) {
    while (true) {
      List<Runnable> actions = state.get();
      if (actions == CANCELLED) {
        runLogged(action);
        return;
      }
      List<Runnable> more = actions == null ? new ArrayList<>() : new ArrayList<>(actions);
      more.add(action);
      if (state.compareAndSet(actions, more)) {
        return;
      }
    }
  }

  /** Cancels; the actions run on this thread, once. */
  final void cancel() {
    List<Runnable> actions = state.getAndSet(CANCELLED);
    if (actions != null) {
      actions.forEach(CancelSource::runLogged);
    }
  }

  /** What an action throws must reach neither the other actions nor the thread that cancels. */
  private static void runLogged(Runnable action) {
    try {
      action.run();
    } catch (Throwable e) {
      LOG.error("an action upon cancelling failed", e);
    }
  }
}
