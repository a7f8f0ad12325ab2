package dev.tern.core.link;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A cancel token, and who wants to hear of it. */
public final class CancelRaces {
  private CancelRaces() {}

  /** Somebody asks to be told at the moment of the cancel: told once. */
  @JCStressTest
  @Outcome(id = "1", expect = ACCEPTABLE, desc = "told once")
  @State
  public static class CancelAndAsk {
    private final CancelSource source = new CancelSource();
    private final AtomicInteger told = new AtomicInteger();

    /** The cancel. */
    @Actor
    public void cancel() {
      source.cancel();
    }

    /** Somebody asks. */
    @Actor
    public void ask() {
      source.whenCancelled(told::incrementAndGet);
    }

    /** How often that one was told. */
    @Arbiter
    public void then(I_Result r) {
      r.r1 = told.get();
    }
  }

  /** Two cancel: whoever asked is told once. */
  @JCStressTest
  @Outcome(id = "1", expect = ACCEPTABLE, desc = "told once")
  @State
  public static class TwoCancels {
    private final CancelSource source = new CancelSource();
    private final AtomicInteger told = new AtomicInteger();

    /** An action that is told of the cancel. */
    public TwoCancels() {
      source.whenCancelled(told::incrementAndGet);
    }

    /** One. */
    @Actor
    public void first() {
      source.cancel();
    }

    /** Another one. */
    @Actor
    public void second() {
      source.cancel();
    }

    /** How often that one was told. */
    @Arbiter
    public void then(I_Result r) {
      r.r1 = told.get();
    }
  }
}
