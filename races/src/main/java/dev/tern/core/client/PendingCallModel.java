package dev.tern.core.client;

import dev.tern.core.link.Mailbox;
import dev.tern.protocol.Bytes;
import dev.tern.races.NoConnection;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jspecify.annotations.Nullable;

/**
 * Calls of several threads at one connection: sent, given up and ended. The table of those that
 * have no reply belongs to the connection's context alone; threads share the calls, and the mailbox
 * that takes them there.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
public class PendingCallModel {
  private static final int MANY_THREADS = 8;

  private static final Bytes FRAME = Bytes.of(new byte[1]);

  private record Named(String name, PendingCall call) {}

  private final Mailbox<Named> outgoing = new Mailbox<>(new NoConnection(), () -> {});

  /** The last call of each thread, which that thread alone uses. */
  private final @Nullable Named[] last = new Named[MANY_THREADS];

  private final int[] calls = new int[MANY_THREADS];

  /** In the context only. */
  private final ArrayDeque<Named> sent = new ArrayDeque<>();

  private final Set<String> told = new HashSet<>();

  /** A thread calls. */
  @Operation
  public void call(@Param(name = "thread") int thread) {
    String name = thread + "." + ++calls[thread] + " ";
    Named call = new Named(name, new PendingCall(null, FRAME, Long.MAX_VALUE, 0, null));
    last[thread] = call;
    outgoing.post(call);
  }

  /** It does not want the reply any more. */
  @Operation
  public boolean giveUp(@Param(name = "thread") int thread) {
    Named call = last[thread];
    if (call == null || !call.call().giveUp()) {
      return false;
    }
    outgoing.post(call);
    return true;
  }

  /** The context sends and cancels what was handed over. */
  @Operation(nonParallelGroup = "context")
  public String drain() {
    StringBuilder done = new StringBuilder();
    for (Mailbox.Letter<Named> next = outgoing.takeAll(); next != null; next = next.next) {
      Named call = next.item;
      boolean wanted = call.call().isWanted();
      String what = (wanted ? "send " : "cancel ") + call.name();
      if (told.add(what)) { // to cancel a call again is nothing
        done.append(what);
      }
      if (wanted) {
        sent.add(call);
      }
    }
    return done.toString();
  }

  /** The reply to the oldest one that was sent. */
  @Operation(nonParallelGroup = "context")
  public String reply() {
    Named call = sent.poll();
    if (call == null) {
      return "";
    }
    call.call().wake();
    return call.name();
  }
}
