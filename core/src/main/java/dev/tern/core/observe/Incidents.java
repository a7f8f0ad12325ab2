package dev.tern.core.observe;

import dev.tern.core.Request;
import dev.tern.core.log.LogLimit;
import dev.tern.core.log.LogQueue;
import dev.tern.core.runtime.Environment;
import dev.tern.protocol.Id;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What nobody expected: the log gets all of it, the peer an id by which it is found there.
 *
 * <p>A handler that always fails must not fill the disk with stack traces. Past what {@link
 * LogLimit} allows, a failure answers with the id of the last one that was logged of its method and
 * class; the first of its kind is always logged. Thread-safe.
 */
final class Incidents {
  private static final Logger LOG = LoggerFactory.getLogger("dev.tern.incidents");

  /** Kinds come from code, not from peers; no server has so many. */
  private static final int MAX_KINDS = 256;

  private record Kind(String method, Class<?> thrown) {}

  private final RandomGenerator random;
  private final LogLimit limit;
  private final Map<Kind, String> logged = new ConcurrentHashMap<>();

  Incidents(Environment environment) {
    this.random = environment.random();
    this.limit =
        new LogLimit(environment.timers(), count -> LOG.error("incidents_not_logged={}", count));
  }

  /** Logs what was thrown, and says under which id. */
  String record(Throwable thrown, Request request) {
    String method = request.method();
    Kind kind = new Kind(method, thrown.getClass());
    String earlier = logged.get(kind);
    if (earlier != null && !limit.admit()) {
      return earlier;
    }
    String incident = Long.toHexString(random.nextLong() | Long.MIN_VALUE);
    if (logged.size() >= MAX_KINDS) {
      logged.clear();
    }
    logged.put(kind, incident);
    Id id = request.id();
    LogQueue.SHARED.write(
        () -> LOG.error("incident={} method={} id={}", incident, method, id, thrown));
    return incident;
  }

  /** Details of an error have no JSON form and were left out. */
  void detailsLost(String code, RuntimeException why) {
    if (limit.admit()) {
      LogQueue.SHARED.write(
          () -> LOG.warn("code={}: the details cannot be encoded and are left out", code, why));
    }
  }
}
