package dev.tern.conformance;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A process for {@link RedeployRowsTest}: a server of applications that takes some down and lives
 * on. Prints what is left. Its argument is a transport, with "/parent" if Tern is the server's own,
 * and the files of certificates that the application wants, one behind the other as a path has
 * them.
 */
final class Redeploying {
  /** Threads of Tern's and Netty's own end about a second after the last one needed them. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final int APPLICATIONS = 3;

  private Redeploying() {}

  public static void main(String[] args) throws Exception {
    List<String> words = List.of(args[0].split(File.pathSeparator, -1));
    String kind = words.getFirst().replace("/parent", "");
    boolean isParents = !kind.equals(words.getFirst());
    List<String> files = words.subList(1, words.size());
    List<WeakReference<ClassLoader>> applications = new ArrayList<>();
    for (int i = 0; i < APPLICATIONS; i++) {
      applications.add(deployAndTakeDown(kind, files, isParents));
    }
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              System.gc();
              return applications.stream().allMatch(one -> one.refersTo(null));
            });
    System.out.println("no loader");
  }

  /** On the stack of this method alone is the loader. */
  private static WeakReference<ClassLoader> deployAndTakeDown(
      String kind, List<String> files, boolean isParents) throws Exception {
    try (URLClassLoader application = isParents ? below() : beside()) {
      run(application, kind, files);
      await().atMost(PATIENCE).until(() -> threadsOf(application).isEmpty());
      System.out.println("no thread");
      return new WeakReference<>(application);
    }
  }

  /** A loader of all that the application needs. */
  private static URLClassLoader beside() {
    return new URLClassLoader("application", classPath(), ClassLoader.getPlatformClassLoader());
  }

  /** A loader of the application alone: the rest is its parent's. */
  private static URLClassLoader below() {
    return new URLClassLoader("application", classPath(), Redeploying.class.getClassLoader()) {
      @Override
      protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(Redeploying.class.getPackageName())) {
          return super.loadClass(name, resolve);
        }
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? findClass(name) : loaded;
      }
    };
  }

  /** As such a server does it: on a thread of its own, which lives on. */
  private static void run(ClassLoader application, String kind, List<String> files)
      throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(application);
    try {
      Class<?> main = application.loadClass(RedeployedApplication.class.getName());
      ((Runnable) main.getConstructor(String.class, List.class).newInstance(kind, files)).run();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static URL[] classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(Redeploying::url)
        .toArray(URL[]::new);
  }

  private static URL url(String path) {
    try {
      return Path.of(path).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The threads that hold a loader. */
  private static List<Thread> threadsOf(ClassLoader application) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(
            thread ->
                application.equals(thread.getContextClassLoader())
                    || application.equals(thread.getClass().getClassLoader()))
        .toList();
  }
}
