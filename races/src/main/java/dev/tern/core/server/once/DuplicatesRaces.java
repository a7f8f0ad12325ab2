package dev.tern.core.server.once;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import dev.tern.core.server.once.Duplicates.Place;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/** A second call comes while the first one is on its way: it goes on once, whatever happens. */
public final class DuplicatesRaces {
  private DuplicatesRaces() {}

  /** A first call, and what becomes of a second one. */
  static class Calls {
    final Duplicates duplicates = new Duplicates(false, false);
    final Place first = duplicates.enter("key");
    final AtomicInteger started = new AtomicInteger();

    final void second(ZI_Result r) {
      Place place = duplicates.enter("key");
      r.r1 = place.waits(started::incrementAndGet);
    }
  }

  /** The first runs its operation, and goes. */
  @JCStressTest
  @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "it came as a duplicate, and went on once")
  @Outcome(id = "false, 0", expect = ACCEPTABLE, desc = "the first had gone: it never waited")
  @State
  public static class FirstRuns extends Calls {
    /** The first. */
    @Actor
    public void runAndLeave() {
      first.runs();
      first.leave();
    }

    /** The second. */
    @Actor
    public void come(ZI_Result r) {
      second(r);
    }

    /** How often it went on. */
    @Arbiter
    public void then(ZI_Result r) {
      r.r2 = started.get();
    }
  }

  /** The first goes, and its operation never ran. */
  @JCStressTest
  @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "it came as a duplicate, and went on once")
  @Outcome(id = "false, 0", expect = ACCEPTABLE, desc = "the first had gone: it never waited")
  @State
  public static class FirstLeaves extends Calls {
    /** The first. */
    @Actor
    public void leave() {
      first.leave();
    }

    /** The second. */
    @Actor
    public void come(ZI_Result r) {
      second(r);
    }

    /** How often it went on. */
    @Arbiter
    public void then(ZI_Result r) {
      r.r2 = started.get();
    }
  }

  /** The first and one that waits for it. */
  @JCStressTest
  @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "it went on once")
  @State
  public static class RunsAndLeaves extends Calls {
    private final boolean waits;

    /** As {@link Calls}, with a second call that waits. */
    public RunsAndLeaves() {
      ZI_Result r = new ZI_Result();
      second(r);
      waits = r.r1;
    }

    /** Its operation runs. */
    @Actor
    public void run() {
      first.runs();
    }

    /** It ends, on another thread. */
    @Actor
    public void leave() {
      first.leave();
    }

    /** How often the second went on. */
    @Arbiter
    public void then(ZI_Result r) {
      r.r1 = waits;
      r.r2 = started.get();
    }
  }
}
