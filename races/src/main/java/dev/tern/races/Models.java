package dev.tern.races;

import dev.tern.core.client.PendingCallModel;
import dev.tern.core.link.MailboxModel;
import dev.tern.core.outcome.MemoryStoreModel;
import dev.tern.core.server.admission.PlacesModel;
import dev.tern.core.server.admission.WaitingModel;
import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Options;
import org.jetbrains.lincheck.datastructures.StressOptions;

/**
 * Has Lincheck look for two threads that see what no order of their operations explains: by threads
 * that race, and by going through what their interleavings may be.
 */
public final class Models {
  private static final List<Class<?>> ALL =
      List.of(
          MailboxModel.class,
          PendingCallModel.class,
          MemoryStoreModel.class,
          PlacesModel.class,
          WaitingModel.class);

  /** Lincheck loads an agent, which looks into the JDK. */
  static final List<String> JVM_OPTIONS =
      List.of(
          "-XX:+EnableDynamicAgentLoading",
          "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
          "--add-exports=java.base/jdk.internal.util=ALL-UNNAMED");

  private static final String NOTHING = "nothing";

  private static final long NANOS_PER_MILLI = 1_000_000;

  private static final int THREADS = 2;
  private static final int OPERATIONS_A_THREAD = 3;

  private Models() {}

  /**
   * Says of each model what was found, and ends with exit code 1 if that was anything.
   *
   * @param arguments {@code both} ways, or {@code brief} for interleavings alone; how many
   *     scenarios; how often each; and the names of classes, all models if none
   */
  public static void main(String[] arguments) throws ClassNotFoundException {
    boolean races = arguments[0].equals("both");
    int scenarios = Integer.parseInt(arguments[1]);
    int times = Integer.parseInt(arguments[2]);
    List<Class<?>> models = new ArrayList<>();
    for (String name : List.of(arguments).subList(3, arguments.length)) {
      models.add(Class.forName(name));
    }
    boolean good = true;
    for (Class<?> model : models.isEmpty() ? ALL : models) {
      good &= !races || check("stress", model, new StressOptions(), scenarios, times);
      good &= check("model checking", model, new ModelCheckingOptions(), scenarios, times);
    }
    System.exit(good ? 0 : 1);
  }

  private static boolean check(
      String how, Class<?> model, Options<?, ?> options, int scenarios, int times) {
    long start = System.nanoTime();
    String found = NOTHING;
    try {
      options
          .iterations(scenarios)
          .invocationsPerIteration(times)
          .threads(THREADS)
          .actorsPerThread(OPERATIONS_A_THREAD)
          .actorsBefore(1)
          .actorsAfter(0) // which could put right what the two have left
          .check(model);
    } catch (LincheckAssertionError e) {
      found = String.valueOf(e.getMessage());
    }
    System.out.printf(
        "%s, %s: %d ms; found: %s%n",
        model.getSimpleName(), how, (System.nanoTime() - start) / NANOS_PER_MILLI, found);
    return found.equals(NOTHING);
  }
}
