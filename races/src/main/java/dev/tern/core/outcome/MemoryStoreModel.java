package dev.tern.core.outcome;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tern.protocol.Bytes;
import dev.tern.races.HandClock;
import java.time.Duration;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jspecify.annotations.Nullable;

/** Attempts at two operations of one {@link MemoryStore}: claimed, completed, released, fenced. */
@Param(name = "thread", gen = ThreadIdGen.class)
@Param(name = "operation", gen = IntGen.class, conf = "0:1")
public class MemoryStoreModel {
  private static final int MANY_THREADS = 8;
  private static final int OPERATIONS = 2;
  private static final Duration WINDOW = Duration.ofSeconds(10);
  private static final ParamsHash PARAMS = new ParamsHash(1, 2, 3, 4, 5);
  private static final Bytes RESULT = Bytes.of("3".getBytes(US_ASCII));

  private final MemoryStore store =
      MemoryStore.builder().timers(new HandClock()).window(WINDOW).entries(1_000).build();

  /** What each thread has claimed, which that thread alone uses. */
  private final Claim.@Nullable Mine[][] mine = new Claim.Mine[MANY_THREADS][OPERATIONS];

  private static dev.tern.core.outcome.Operation operation(int number) {
    return new dev.tern.core.outcome.Operation("", "run", "0123456789-abcdef-" + number);
  }

  private static String word(@Nullable Claim claim) {
    return switch (claim) {
      case null -> "UNKNOWN";
      case Claim.Mine _ -> "MINE";
      case Claim.Over(Outcome.Silent how) -> how.name();
      case Claim.Over _ -> "OVER";
      case Claim.Full _ -> "FULL";
      case Claim.No no -> no.name();
    };
  }

  /** An attempt. */
  @Operation
  public String claim(@Param(name = "thread") int thread, @Param(name = "operation") int number) {
    Claim claim = store.claim(new Attempt(operation(number), PARAMS, 1, store.dedup(), 0L, WINDOW));
    if (claim instanceof Claim.Mine claimed) {
      mine[thread][number] = claimed;
    }
    return word(claim);
  }

  private Claim.@Nullable Mine take(int thread, int number) {
    Claim.Mine taken = mine[thread][number];
    mine[thread][number] = null;
    return taken;
  }

  /** The attempt that has it comes to its end. */
  @Operation
  public boolean complete(
      @Param(name = "thread") int thread, @Param(name = "operation") int number) {
    Claim.Mine claimed = take(thread, number);
    if (claimed == null) {
      return false;
    }
    store.complete(claimed, new Outcome.Result(RESULT));
    return true;
  }

  /** The attempt that has it had no effect. */
  @Operation
  public boolean release(
      @Param(name = "thread") int thread, @Param(name = "operation") int number) {
    Claim.Mine claimed = take(thread, number);
    if (claimed == null) {
      return false;
    }
    store.release(claimed);
    return true;
  }

  /** Somebody asks what has become of it. */
  @Operation
  public String look(@Param(name = "operation") int number) {
    return word(store.find(operation(number), store.dedup(), 0L, false));
  }

  /** Somebody makes sure that it never runs, unless it does. */
  @Operation
  public String fence(@Param(name = "operation") int number) {
    return word(store.find(operation(number), store.dedup(), 0L, true));
  }
}
