package dev.tern.cli.serve;

import dev.tern.cli.terminal.Version;
import dev.tern.core.Effect;
import dev.tern.core.EncodedJson;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.server.ServerBuilder;
import dev.tern.testkit.ServerFaults;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The methods that {@code tern serve} and {@code tern demo} offer. Thread-safe. */
public final class DemoService {
  /** The most counters there are: strangers must not fill the memory of an open server. */
  private static final int MAX_COUNTERS = 10_000;

  private static final int MAX_KEY_LENGTH = 256;

  private static final ServerFaults NONE = ServerFaults.of(Duration.ZERO, 0, 0, 0);

  /** As long as the longest deadline that a server accepts. */
  private static final long MAX_SLEEP_MILLIS = Duration.ofHours(1).toMillis();

  record Add(long a, long b) {}

  record Divide(double a, double b) {}

  record Inc(String key, @Nullable Long delta) {
    Inc {
      checkKey(key);
    }
  }

  record Get(String key) {
    Get {
      checkKey(key);
    }
  }

  record Counter(String key, long value) {}

  record Echo(@Nullable EncodedJson value) {}

  record Sleep(long ms) {
    Sleep {
      if (ms < 0 || ms > MAX_SLEEP_MILLIS) {
        throw new IllegalArgumentException(
            "ms: " + ms + " (expected: 0 to " + MAX_SLEEP_MILLIS + ")");
      }
    }
  }

  static final Method<Add, Long> ADD =
      Method.of("add", Add.class, Long.class)
          .effect(Effect.READ)
          .describedAs("The sum of two integers.");

  static final Method<Divide, Double> DIVIDE =
      Method.of("divide", Divide.class, Double.class)
          .effect(Effect.READ)
          .describedAs("The quotient; fails with DIVISION_BY_ZERO.");

  static final Method<Inc, Counter> INC =
      Method.of("inc", Inc.class, Counter.class)
          .effect(Effect.ONCE)
          .describedAs("Adds delta, 1 if it is missing, to the counter of that name.");

  static final Method<Get, Counter> GET =
      Method.of("get", Get.class, Counter.class)
          .effect(Effect.READ)
          .describedAs("The counter of that name; 0 if nobody has incremented it.");

  @SuppressWarnings("NullAway") // there is no class literal of a nullable type
  static final Method<Echo, @Nullable EncodedJson> ECHO =
      Method.<Echo, @Nullable EncodedJson>of("echo", Echo.class, EncodedJson.class)
          .effect(Effect.READ)
          .describedAs("Gives the value back, byte for byte.");

  static final Method<Sleep, Long> SLEEP =
      Method.of("sleep", Sleep.class, Long.class)
          .effect(Effect.READ)
          .describedAs("Waits for that many milliseconds, then gives them back.");

  private final ConcurrentMap<String, Long> counters = new ConcurrentHashMap<>();

  /**
   * Offers the methods of a service that begins with empty counters.
   *
   * @param lane where those run that never block
   */
  public static ServerBuilder offer(ServerBuilder server, Lane lane) {
    return offer(server, lane, NONE);
  }

  /**
   * Offers them with faults.
   *
   * @param lane as above; one that may block, if the faults delay
   */
  static ServerBuilder offer(ServerBuilder server, Lane lane, ServerFaults faults) {
    DemoService service = new DemoService();
    return server
        .describe("Tern demo service", Version.ofTern())
        .refuseUnknownFields(true) // who mistypes a name learns of it
        .serve(ADD, lane, faults.around(DemoService::add))
        .serve(DIVIDE, lane, faults.around(DemoService::divide))
        .serve(INC, lane, faults.around(service::inc))
        .serve(GET, lane, faults.around(service::get))
        .serve(ECHO, lane, faults.around(Echo::value))
        .serve(SLEEP, faults.around(DemoService::sleep));
  }

  private static Long add(Add params) {
    try {
      return Math.addExact(params.a(), params.b());
    } catch (ArithmeticException _) {
      throw outOfRange("a sum in the range of 64-bit integers");
    }
  }

  private static Double divide(Divide params) {
    if (params.b() == 0) {
      throw new RpcException(
          "DIVISION_BY_ZERO", "division by zero", Map.of("dividend", params.a()));
    }
    double quotient = params.a() / params.b();
    if (Double.isInfinite(quotient)) {
      throw outOfRange("a quotient in the range of 64-bit floating point");
    }
    return quotient;
  }

  private Counter inc(Inc params) {
    long delta = params.delta() == null ? 1 : params.delta();
    if (counters.size() >= MAX_COUNTERS && !counters.containsKey(params.key())) {
      throw RpcException.notExecuted(
          "TOO_MANY_COUNTERS", "there are " + MAX_COUNTERS + " counters already");
    }
    try {
      return new Counter(params.key(), counters.merge(params.key(), delta, Math::addExact));
    } catch (ArithmeticException _) {
      throw RpcException.notExecuted(
          "OUT_OF_RANGE", "the counter would leave the range of 64-bit integers");
    }
  }

  private Counter get(Get params) {
    return new Counter(params.key(), counters.getOrDefault(params.key(), 0L));
  }

  private static Long sleep(Sleep params) throws InterruptedException {
    Thread.sleep(params.ms());
    return params.ms();
  }

  private static RpcException outOfRange(String expected) {
    return new RpcException("OUT_OF_RANGE", "out of range (expected: " + expected + ")");
  }

  private static void checkKey(String key) {
    if (key.isEmpty() || key.length() > MAX_KEY_LENGTH) {
      throw new IllegalArgumentException(
          "key: " + key.length() + " characters (expected: 1 to " + MAX_KEY_LENGTH + ")");
    }
  }
}
