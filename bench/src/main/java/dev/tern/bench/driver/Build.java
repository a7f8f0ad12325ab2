package dev.tern.bench.driver;

import dev.tern.bench.contender.Contender;
import dev.tern.bench.contender.Served;
import dev.tern.bench.own.Tern;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * A build of Tern, with the harness of its own time: class names differ between builds, what the
 * workers say on stdin and stdout does not.
 *
 * @param role in the comparison
 * @param words its commit; the name of its folder where there is none
 * @param checkout where its script lies; null if there is none
 * @param classPath its own jars and those of its harness
 */
record Build(Role role, String words, @Nullable Path checkout, String classPath) {
  private static final String EXPECTED =
      "(expected: a checkout of Tern, or the dist folder of one)";

  /**
   * The one in this folder. A checkout is brought up to date by its own script, as this one is; a
   * dist folder is taken as it is.
   *
   * @param option that named the folder
   */
  static Build at(Role role, Path folder, String option, CommandLine commands) throws IOException {
    String named = option + ": " + folder;
    if (!Files.isDirectory(folder)) {
      throw new ParameterException(commands, named + " is no folder " + EXPECTED);
    }
    Path real = folder.toRealPath();
    if (!Files.exists(real.resolve("tern"))) {
      if (!Files.exists(real.resolveSibling("tern"))) {
        return of(role, named, String.valueOf(real.getFileName()), real, null, commands);
      }
      Path parent = Objects.requireNonNull(real.getParent());
      return of(role, named, commit(parent) + ", its dist as it is", real, parent, commands);
    }
    int code = code(List.of(real.resolve("tern").toString(), "bench", "--help"));
    if (code != 0) {
      throw new ParameterException(
          commands,
          named + ": ./tern bench --help ends with exit code " + code + " there (expected: 0)");
    }
    return of(role, named, commit(real), real.resolve("dist"), real, commands);
  }

  private static Build of(
      Role role,
      String named,
      String words,
      Path dist,
      @Nullable Path checkout,
      CommandLine commands)
      throws IOException {
    List<String> harness = jars(dist.resolve("bench"));
    if (harness.stream().noneMatch(jar -> jar.contains("tern-bench-"))) {
      throw new ParameterException(
          commands, named + " is not built: no bench/tern-bench-*.jar in it " + EXPECTED);
    }
    List<String> all = Stream.concat(jars(dist).stream(), harness.stream()).toList();
    return new Build(role, words, checkout, String.join(File.pathSeparator, all));
  }

  private static List<String> jars(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(Path::toString).filter(name -> name.endsWith(".jar")).sorted().toList();
    }
  }

  /** Runs a command whose stdout nobody wants. */
  private static int code(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    return await(builder.start());
  }

  private static int await(Process process) throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static String commit(Path checkout) throws IOException {
    String name = String.valueOf(checkout.getFileName());
    ProcessBuilder git =
        new ProcessBuilder("git", "describe", "--always", "--dirty", "--exclude", "*");
    git.directory(checkout.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process;
    try {
      process = git.start();
    } catch (IOException _) {
      return name; // no git
    }
    String commit =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return await(process) == 0 ? commit : name;
  }

  /** All that can be compared of two builds. */
  static List<Contender> ways(Tern tern) {
    return Stream.concat(tern.contenders().stream(), tern.variants().stream()).toList();
  }

  /** One of its contenders. */
  Participant contender(String name) {
    Tern tern = new Tern();
    return ways(tern).stream()
        .filter(one -> one.name().equals(name))
        .map(one -> participant(one, tern))
        .findFirst()
        .orElseThrow();
  }

  /** What {@code ./tern serve --lane inline} starts. */
  Participant commandLineServer() {
    Tern tern = new Tern();
    return tern.servers().stream()
        .filter(one -> one.name().equals("serve-inline"))
        .map(one -> participant(one, tern))
        .findFirst()
        .orElseThrow();
  }

  private Participant participant(Served served, Tern tern) {
    return new Participant(served, Rivals.OWN, words, tern.getClass().getName(), classPath);
  }
}
