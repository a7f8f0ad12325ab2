package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A folder of conformance/releases; its README says what it holds. */
record Release(Path folder) {
  private static final Path RELEASES = ProjectFiles.root().resolve("conformance/releases");

  /** What Maven has fetched for releases that need other versions than this project. */
  private static final Path FETCHED = ProjectFiles.root().resolve("target/releases");

  static List<Release> all() throws IOException {
    try (Stream<Path> folders = Files.list(RELEASES)) {
      return folders.filter(Files::isDirectory).sorted().map(Release::new).toList();
    }
  }

  /** Its own jars and all that they need, as a class path. */
  String classPath() throws IOException, InterruptedException {
    List<String> places = new ArrayList<>();
    try (Stream<Path> jars = Files.list(folder)) {
      jars.filter(jar -> jar.toString().endsWith(".jar"))
          .sorted()
          .map(Path::toString)
          .forEach(places::add);
    }
    for (String line : Files.readAllLines(folder.resolve("release.txt"))) {
      if (line.startsWith("library ")) {
        places.add(placeOf(line.substring("library ".length())));
      }
    }
    return String.join(File.pathSeparator, places);
  }

  /**
   * Where a library lies: on the class path of these tests if it is there in this version, else
   * where Maven puts it.
   *
   * @param library {@code group:artifact:jar[:classifier]:version}
   */
  private static String placeOf(String library) throws IOException, InterruptedException {
    String[] parts = library.split(":", -1);
    String version = parts[parts.length - 1];
    String classifier = parts.length == 5 ? parts[3] : "";
    String suffix = classifier.isEmpty() ? "" : "-" + classifier;
    String name = parts[1] + "-" + version + suffix + ".jar";
    for (String place : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (Path.of(place).endsWith(name)) {
        return place;
      }
    }
    Path fetched = FETCHED.resolve(name);
    if (!Files.exists(fetched)) {
      String artifact = String.join(":", parts[0], parts[1], version, "jar");
      JavaProcess.outputOf(
          List.of(
              "mvn",
              "-B",
              "-ntp",
              "org.apache.maven.plugins:maven-dependency-plugin:copy",
              "-Dartifact=" + artifact + (classifier.isEmpty() ? "" : ":" + classifier),
              "-DoutputDirectory=" + FETCHED));
    }
    assertThat(fetched).exists();
    return fetched.toString();
  }

  /** Compiles programs of these tests against this release. */
  void compile(Path into, String classPath, Class<?>... programs) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<Path> sources =
          Stream.of(programs)
              .map(
                  program ->
                      ProjectFiles.root()
                          .resolve("conformance/src/test/java")
                          .resolve(program.getName().replace('.', '/') + ".java"))
              .toList();
      List<String> options =
          List.of("-d", into.toString(), "-cp", classPath, "-proc:none", "-parameters");
      boolean isGood =
          compiler
              .getTask(said, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
              .call();
      assertThat(isGood).as("compiles against %s: %s", this, said).isTrue();
    }
  }

  @Override
  public String toString() {
    return folder.getFileName().toString();
  }
}
