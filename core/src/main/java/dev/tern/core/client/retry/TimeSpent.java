package dev.tern.core.client.retry;

import static dev.tern.core.access.Access.CORE;

import dev.tern.core.CallAttempt;
import dev.tern.core.RpcException;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.WireError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the time of calls went that ran out of it, of what was measured: in the details of a
 * TIMEOUT, in milliseconds, and in the words of its message. One of it sums the attempts of a call,
 * and belongs to its caller's thread.
 */
public final class TimeSpent {
  /** Of an error's details: waiting for a connection. */
  public static final String CONNECTING = "connecting_ms";

  /** Of an error's details: waiting to be written. */
  public static final String QUEUED = "queued_ms";

  /** Of an error's details: since it was sent, without an answer. */
  public static final String SENT_AGO = "sent_ms_ago";

  /** Of an error's details: from its being sent to the server's answer. */
  public static final String ANSWERED = "answered_ms";

  /** Of an error's details: what the attempts have spent together. */
  private static final String OVER_ATTEMPTS = "over_attempts";

  private static final String AT_SERVER = "server_ms";
  private static final String IN_SERVER_QUEUE = "server_queue_ms";
  private static final String IN_HANDLER = "handler_ms";

  private static final List<String> SUMMED =
      List.of(CONNECTING, QUEUED, AT_SERVER, IN_SERVER_QUEUE, IN_HANDLER, SENT_AGO);

  private final Map<String, Long> sums = new LinkedHashMap<>();

  TimeSpent() {}

  /** An attempt has failed. */
  void add(RpcException attempt) {
    if (!isTimeout(attempt)) {
      return;
    }
    for (String name : SUMMED) {
      long millis = millis(attempt.details(), name);
      if (millis >= 0) {
        sums.merge(name, millis, (sum, one) -> Math.min(sum, Long.MAX_VALUE - one) + one);
      }
    }
  }

  /** The last attempt's error; if its time was over, with what all attempts have spent. */
  RpcException told(RpcException last, List<CallAttempt> attempts) {
    if (!isTimeout(last) || attempts.size() < 2) {
      return last;
    }
    Duration all = Duration.ZERO;
    Duration between = Duration.ZERO;
    for (CallAttempt attempt : attempts) {
      Duration end = attempt.began().plus(attempt.took());
      all = end.compareTo(all) > 0 ? end : all;
      between = between.plus(attempt.waited());
    }
    Map<String, Object> over = new LinkedHashMap<>();
    over.put("attempts", attempts.size());
    over.put("ms", all.toMillis());
    over.put("between_ms", between.toMillis());
    over.putAll(sums);
    String words =
        "%s; over all %d attempts %d ms: %d ms between them%s"
            .formatted(
                last.getMessage(),
                attempts.size(),
                all.toMillis(),
                between.toMillis(),
                words(", ", sums));
    Map<String, @Nullable Object> details = new LinkedHashMap<>(last.details());
    details.put(OVER_ATTEMPTS, over);
    WireError error = CORE.wireOf(last);
    WireError told = new WireError(error.code(), error.number(), words, null, error.executed());
    RpcException made = CORE.error(CORE.originOf(last), told, details, last.getCause());
    if (last.isReplayed()) {
      CORE.markReplayed(made);
    }
    return made;
  }

  private static boolean isTimeout(RpcException e) {
    return e.code().equals(ErrorCode.TIMEOUT.name());
  }

  /**
   * What these details say of it, in words; empty if they say nothing.
   *
   * @param before what stands before them if there are any
   */
  public static String words(String before, Map<String, ? extends @Nullable Object> details) {
    List<String> words = new ArrayList<>();
    add(words, "%d ms waiting for a connection", millis(details, CONNECTING));
    add(words, "%d ms waiting to be written", millis(details, QUEUED));
    long queue = millis(details, IN_SERVER_QUEUE);
    long handler = millis(details, IN_HANDLER);
    add(words, "%d ms in the server's queue", queue);
    add(words, "%d ms in the handler", handler);
    long rest = millis(details, AT_SERVER) - Math.max(0, queue) - Math.max(0, handler);
    add(words, "%d ms at the server", rest);
    add(words, "answered after %d ms", millis(details, ANSWERED));
    add(words, "%d ms without an answer", millis(details, SENT_AGO));
    return words.isEmpty() ? "" : before + String.join(", ", words);
  }

  /** What took no time is not worth a word. */
  private static void add(List<String> words, String form, long millis) {
    if (millis > 0) {
      words.add(form.formatted(millis));
    }
  }

  /** What a server, which may be anybody's, has said of it; -1 for nothing that makes sense. */
  private static long millis(Map<String, ? extends @Nullable Object> details, String name) {
    return switch (details.get(name)) {
      case Long millis -> Math.max(-1, millis);
      case Integer millis -> Math.max(-1, millis);
      case null, default -> -1;
    };
  }
}
