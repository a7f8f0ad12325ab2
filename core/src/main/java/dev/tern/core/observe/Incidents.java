package dev.tern.core.observe;

import dev.tern.core.Request;
import dev.tern.core.log.LogLimit;
import dev.tern.core.log.LogQueue;
import dev.tern.core.runtime.IoThread;
import dev.tern.core.runtime.Timers;
import dev.tern.protocol.Id;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What nobody expected: the log gets all of it, the peer an id by which it is found there.
 *
 * <p>A handler that always fails must not fill the disk with stack traces. Past what {@link
 * LogLimit} allows, a failure answers with the id of the last one that was logged of its method and
 * class; the first of its kind is always logged. Thread-safe.
 */
public final class Incidents {
  private static final Logger LOG = LoggerFactory.getLogger("dev.tern.incidents");

  /** Kinds come from code, not from peers; no server has so many. */
  private static final int MAX_KINDS = 256;

  private record Kind(String method, Class<?> thrown) {}

  private final LogLimit limit;
  private final Map<Kind, String> logged = new ConcurrentHashMap<>();

  public Incidents(Timers timers) {
    this.limit = new LogLimit(timers, count -> LOG.error("incidents_not_logged={}", count));
  }

  /** Logs what was thrown, and says under which id. */
  public String record(Throwable thrown, Request request) {
    String method = request.method();
    Kind kind = new Kind(method, thrown.getClass());
    String earlier = logged.get(kind);
    if (earlier != null && !limit.admit()) {
      return earlier;
    }
    String incident = Long.toHexString(ThreadLocalRandom.current().nextLong() | Long.MIN_VALUE);
    if (logged.size() >= MAX_KINDS) {
      logged.clear();
    }
    logged.put(kind, incident);
    Id id = request.id();
    write(() -> LOG.error("incident={} method={} id={}", incident, method, id, thrown));
    return incident;
  }

  /** Details of an error have no JSON form and were left out. */
  public void detailsLost(String code, RuntimeException why) {
    if (limit.admit()) {
      write(() -> LOG.warn("code={}: the details cannot be encoded and are left out", code, why));
    }
  }

  private static void write(Runnable line) {
    if (IoThread.isCurrent()) {
      LogQueue.SHARED.add(line);
    } else {
      line.run();
    }
  }
}
