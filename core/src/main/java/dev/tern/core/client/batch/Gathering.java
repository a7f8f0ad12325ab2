package dev.tern.core.client.batch;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.session.ClientCall;
import dev.tern.protocol.value.Encoding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where the calls of one batch wait for each other, each with its first attempt: at their
 * connection, behind all filters. When each has arrived there, or has ended before, those on one
 * connection leave together. Thread-safe.
 */
public final class Gathering {

  /** What they leave by. */
  public interface Carrier {
    /**
     * Sends them together.
     *
     * @param calls at least one; in the order of their arrival
     */
    void carry(List<Arrival> calls);
  }

  /**
   * A call that is ready to leave.
   *
   * @param call held by the session of its connection
   * @param payload of its frame, if it had one of its own
   * @param mayBeCompressed whether the length of its frame may show what is in it
   */
  public record Arrival(
      ClientCall call, Encoding encoding, Bytes payload, boolean mayBeCompressed) {}

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final Map<Carrier, List<Arrival>> arrivals = new LinkedHashMap<>();
  private int awaited;

  /**
   * Before the first has arrived.
   *
   * @param calls how many there are
   */
  public Gathering(int calls) {
    awaited = calls;
  }

  /** An attempt that has taken its place is ready, and held. */
  public void arrived(Carrier by, Arrival call) {
    counted(() -> arrivals.computeIfAbsent(by, _ -> new ArrayList<>()).add(call));
  }

  /** One of the calls does not leave with the others. */
  void leave() {
    counted(() -> {});
  }

  /** One more of them is awaited no longer. */
  private void counted(Runnable change) {
    boolean isLast;
    lock.lock();
    try {
      change.run();
      awaited--;
      isLast = awaited == 0;
    } finally {
      lock.unlock();
    }
    if (isLast) { // all have been counted, so no other thread touches the map
      arrivals.forEach(Carrier::carry);
    }
  }
}
