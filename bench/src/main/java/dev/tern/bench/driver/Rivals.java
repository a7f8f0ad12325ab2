package dev.tern.bench.driver;

import dev.tern.bench.contender.Contender;
import dev.tern.bench.contender.Rival;
import dev.tern.bench.contender.Served;
import dev.tern.bench.own.Tern;
import dev.tern.bench.worker.Worker;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * The systems that can be measured: Tern and the echo, and what lies in the folders of built
 * rivals.
 *
 * @param contenders in the order of the tables
 * @param variants are measured if they are asked for by name
 * @param servers those that the generator feeds
 * @param missing folders without what they should have, each with the reason
 */
record Rivals(
    List<Participant> contenders,
    List<Participant> variants,
    List<Participant> servers,
    Map<String, String> missing) {
  static final String OWN = "tern";

  /** Tern and the echo. */
  static Rivals own() {
    Tern tern = new Tern();
    String classPath = System.getProperty("java.class.path");
    String version = version(tern, List.of(classPath.split(File.pathSeparator)));
    return new Rivals(
        participants(tern, tern.contenders(), OWN, version, classPath),
        participants(tern, tern.variants(), OWN, version, classPath),
        participants(tern, tern.servers(), OWN, version, classPath),
        Map.of());
  }

  /**
   * These, and the rivals.
   *
   * @param sources has a folder for each rival that there should be
   * @param built has a folder with jars for each rival that there is
   */
  Rivals with(Path sources, Path built) throws IOException {
    List<Participant> all = new ArrayList<>(contenders);
    List<Participant> further = new ArrayList<>(variants);
    Map<String, String> without = new TreeMap<>();
    for (Path source : folders(sources)) {
      String folder = source.getFileName().toString();
      if (!Files.exists(source.resolve("pom.xml"))) {
        continue;
      }
      try {
        List<Participant> found = in(built.resolve(folder), Rival::contenders);
        if (found.isEmpty()) {
          without.put(folder, "not built, see target/rivals-build.log");
        }
        all.addAll(found);
        further.addAll(in(built.resolve(folder), Rival::variants));
      } catch (ServiceConfigurationError | LinkageError e) {
        without.put(folder, "its contenders cannot be read: " + e);
      }
    }
    return new Rivals(List.copyOf(all), List.copyOf(further), servers, without);
  }

  /** Those with these names. */
  Rivals only(List<Participant> chosen) {
    return new Rivals(chosen, List.of(), servers, Map.of());
  }

  private static List<Path> folders(Path parent) throws IOException {
    try (Stream<Path> children = Files.list(parent)) {
      return children.filter(Files::isDirectory).sorted().toList();
    }
  }

  private static List<Participant> in(Path folder, Function<Rival, List<Contender>> ways)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<String> jars;
    try (Stream<Path> files = Files.list(folder)) {
      jars = files.map(Path::toString).filter(name -> name.endsWith(".jar")).sorted().toList();
    }
    List<String> classPath = new ArrayList<>(List.of(home(Worker.class), home(Histogram.class)));
    classPath.addAll(jars);
    List<Participant> found = new ArrayList<>();
    try (URLClassLoader loader =
        new URLClassLoader(jars.stream().map(Rivals::url).toArray(URL[]::new))) {
      for (Rival rival : ServiceLoader.load(Rival.class, loader)) {
        found.addAll(
            participants(
                rival,
                ways.apply(rival),
                folder.getFileName().toString(),
                version(rival, jars),
                String.join(File.pathSeparator, classPath)));
      }
    }
    return found;
  }

  private static List<Participant> participants(
      Rival rival, List<? extends Served> served, String folder, String version, String classPath) {
    return served.stream()
        .map(one -> new Participant(one, folder, version, rival.getClass().getName(), classPath))
        .toList();
  }

  private static String version(Rival rival, List<String> jars) {
    Pattern name = Pattern.compile(Pattern.quote(rival.artifact()) + "-([0-9].*)\\.jar");
    for (String jar : jars) {
      Matcher matcher = name.matcher(Path.of(jar).getFileName().toString());
      if (matcher.matches()) {
        return matcher.group(1);
      }
    }
    return "unknown version";
  }

  /** Where a class was loaded from. */
  private static String home(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(type + " was not loaded from a file", e);
    }
  }

  private static URL url(String jar) {
    try {
      URI uri = Path.of(jar).toUri();
      return uri.toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }
}
