package dev.tern.cli.terminal;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;

/**
 * Ctrl-C and SIGTERM, each of them. A shutdown hook learns of the first only: while hooks run, the
 * JVM waits for them, however often it is told to stop.
 */
public final class StopSignals {
  private static final List<String> SIGNALS = List.of("INT", "TERM");

  private StopSignals() {}

  /**
   * Has a task run at each signal, on a thread of its own, and the JVM not end by itself.
   *
   * @return false if this JVM does not let programs have them
   */
  public static boolean handle(Runnable task) {
    try {
      // By reflection: the compiler warns of these classes, and nothing but a flag keeps it quiet.
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object calling =
          Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, calling(task));
      for (String name : SIGNALS) {
        Object one = signal.getConstructor(String.class).newInstance(name);
        signal.getMethod("handle", signal, handler).invoke(null, one, calling);
      }
      return true;
    } catch (InvocationTargetException e) {
      return false; // the JVM keeps the signal for itself: -Xrs, or an unusual system
    } catch (ReflectiveOperationException e) {
      return false; // another JVM
    }
  }

  private static InvocationHandler calling(Runnable task) {
    return (_, method, arguments) -> {
      if (!method.getName().equals("handle")) {
        return method.invoke(task, arguments); // equals, hashCode, toString
      }
      task.run();
      return null;
    };
  }
}
