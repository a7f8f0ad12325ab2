package dev.tern.bench.lab.study;

import java.util.List;

/** All experiments, in the order in which a reader should meet them. */
public final class Studies {
  /** With retries. */
  public static final List<Study> RETRIES =
      List.of(
          new DropStudy(),
          new DelayStudy(),
          new BackoffStudy(),
          new JitterStudy(),
          new BudgetStudy(),
          new OutageStudy(),
          new StormStudy(),
          new HedgingStudy(),
          new OnceStudy(),
          new ReplayStudy(),
          new OverloadStudy());

  /** With more load than a server can bear. */
  public static final List<Study> OVERLOAD =
      List.of(new CapacityStudy(), new RecoveryStudy(), new FairnessStudy(), new DeadlineStudy());

  private Studies() {}
}
