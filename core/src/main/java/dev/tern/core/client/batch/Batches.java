package dev.tern.core.client.batch;

import dev.tern.core.client.batch.Gathering.Arrival;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.compress.Compressions;
import dev.tern.protocol.session.ClientBatch;
import dev.tern.protocol.session.ClientCall;
import dev.tern.protocol.session.ClientSession;
import dev.tern.protocol.value.Encoding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes batches of calls that shall leave together. */
public final class Batches {
  /** Around and between messages, at most. */
  private static final int AROUND_BYTES = 8;

  /** Deadlines that differ by no more were meant to be the same. */
  private static final long ALIKE_NANOS = 10_000_000;

  private Batches() {}

  /**
   * As few as may be: each in one encoding, of so many messages and bytes at most. The replies to a
   * batch may take as long as its last deadline, so all of it has one.
   *
   * @param with what compresses them, if the session knows of a server that reads it; null for none
   */
  public static List<ClientBatch> of(
      List<Arrival> calls,
      int mostItems,
      int mostBytes,
      @Nullable Compressions with,
      ClientSession session) {
    Map<Encoding, List<Arrival>> byEncoding = new LinkedHashMap<>();
    for (Arrival call : inOrder(calls)) {
      byEncoding.computeIfAbsent(call.encoding(), _ -> new ArrayList<>()).add(call);
    }
    List<ClientBatch> batches = new ArrayList<>();
    for (List<Arrival> alike : byEncoding.values()) {
      List<Arrival> part = new ArrayList<>();
      long bytes = AROUND_BYTES;
      for (Arrival call : alike) {
        long more = call.payload().length() + 1L;
        if (!part.isEmpty()
            && (part.size() == mostItems
                || bytes + more > mostBytes
                || isLater(call.call(), part.getFirst().call()))) {
          batches.add(one(part, with, session));
          part = new ArrayList<>();
          bytes = AROUND_BYTES;
        }
        part.add(call);
        bytes += more;
      }
      batches.add(one(part, with, session));
    }
    return batches;
  }

  /** By their deadlines. */
  private static List<Arrival> inOrder(List<Arrival> calls) {
    long any = calls.getFirst().call().deadlineNanos();
    return calls.stream()
        .sorted(Comparator.comparingLong(each -> each.call().deadlineNanos() - any))
        .toList();
  }

  /** Whether the one might keep the reply to the other waiting for longer than that can wait. */
  private static boolean isLater(ClientCall one, ClientCall other) {
    return one.deadlineNanos() - other.deadlineNanos() > ALIKE_NANOS;
  }

  private static ClientBatch one(
      List<Arrival> part, @Nullable Compressions with, ClientSession session) {
    Encoding encoding = part.getFirst().encoding();
    Bytes payload =
        part.size() == 1
            ? part.getFirst().payload()
            : encoding.batch(part.stream().map(Arrival::payload).toList());
    String label = with == null ? null : session.requestCompression();
    return new ClientBatch(
        part.stream().map(Arrival::call).toList(),
        encoding,
        with == null || label == null || !part.stream().allMatch(Arrival::mayBeCompressed)
            ? payload
            : compressed(with, label, payload));
  }

  /** Whatever happens here, all calls that wait must leave. */
  private static Bytes compressed(Compressions with, String label, Bytes payload) {
    try {
      return with.compress(label, payload);
    } catch (RuntimeException | OutOfMemoryError e) { // such as while the client closes
      return payload;
    }
  }
}
