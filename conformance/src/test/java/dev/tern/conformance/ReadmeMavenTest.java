package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.conformance.MarkdownPage.Block;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * A project of somebody's own, with the README's pom as it stands, its server and its client: Maven
 * compiles it with the plugins that it brings itself, and runs its tests. It finds this build's
 * jars in a repository made for this test, as {@code mvn install} would put them there; that one
 * lends it all else from the repository of this build. Only what is missing there is fetched.
 */
@Tag("slow")
@EnabledIf(value = "isMavenThere", disabledReason = "no mvn on the path")
class ReadmeMavenTest {
  private static final MarkdownPage PAGE = MarkdownPage.read("README.md");
  private static final Pattern CLASS = Pattern.compile("^public class (\\w+)", Pattern.MULTILINE);

  /** Far more than it takes, but for the first time, when it fetches what Maven brings. */
  private static final long MINUTES = 5;

  private static final String TEST =
      """
      import static org.junit.jupiter.api.Assertions.assertEquals;

      import dev.tern.core.client.Client;
      import dev.tern.core.server.Server;
      import dev.tern.transport.memory.MemoryTransport;
      import dev.tern.transport.threads.ThreadsTransport;
      import org.junit.jupiter.api.Test;

      class AddTest {
        @Test
        void addsWithoutSockets() throws Exception {
          try (MemoryTransport memory = new MemoryTransport();
              Server server = Server.builder(memory).serve(AddServer.ADD, n -> n.a() + n.b()).listen(0);
              Client client = Client.builder(memory).connect(server.address())) {
            assertEquals(3, client.call(AddServer.ADD, new AddServer.Numbers(1, 2)));
          }
        }

        @Test
        void theClientCallsAServer() throws Exception {
          try (ThreadsTransport transport = new ThreadsTransport();
              Server server =
                  Server.builder(transport).serve(AddServer.ADD, n -> n.a() + n.b()).listen(0)) {
            AddClient.main(new String[] {"" + server.port()});
          }
        }
      }
      """;

  @TempDir Path folder;

  private final List<Path> links = new ArrayList<>();

  private record Outcome(int exitCode, String output) {}

  static boolean isMavenThere() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(place -> Files.isExecutable(Path.of(place, "mvn")));
  }

  @Test
  @Timeout(value = 2 * MINUTES, unit = TimeUnit.MINUTES)
  void itsPomBuildsItsServerAndItsClientAndATestThatFailsFailsTheBuild() throws Exception {
    writeProject();

    Outcome good = maven("package");
    assertThat(good.exitCode()).as("%s", good.output()).isZero();
    assertThat(good.output()).contains("Tests run: 2, Failures: 0", "1 + 2 = 3");
    assertThat(folder.resolve("shop/target/shop-1.0-SNAPSHOT.jar")).exists();

    write("src/test/java/AddTest.java", TEST.replace("assertEquals(3, ", "assertEquals(4, "));
    Outcome bad = maven("package");
    assertThat(bad.exitCode()).as("%s", bad.output()).isEqualTo(1);
    assertThat(bad.output()).contains("Tests run: 2, Failures: 1", "expected: <4> but was: <3>");
  }

  private void writeProject() throws Exception {
    write("pom.xml", blocks("xml").getFirst());
    for (String program : blocks("java")) {
      Matcher name = CLASS.matcher(program);
      assertThat(name.find()).as("a class in: %s", program).isTrue();
      write("src/main/java/" + name.group(1) + ".java", program);
    }
    write("src/test/java/AddTest.java", TEST);
    publish();
  }

  private static List<String> blocks(String language) {
    return PAGE.blocks().stream()
        .filter(block -> block.language().equals(language))
        .map(Block::lines)
        .map(lines -> String.join("\n", lines))
        .toList();
  }

  private void write(String file, String text) throws IOException {
    Path path = folder.resolve("shop").resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  /** What Maven says, which asks nobody for what it finds here. */
  private Outcome maven(String goal) throws Exception {
    Outcome here = run("-o", goal);
    return here.output().contains("in offline mode") ? run(goal) : here;
  }

  private Outcome run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("mvn", "-B", "-ntp", "-Dstyle.color=never"));
    command.add("-Dmaven.repo.local=" + repository());
    command.addAll(List.of(arguments));
    ProcessBuilder program = new ProcessBuilder(command).redirectErrorStream(true);
    program.directory(folder.resolve("shop").toFile());
    program.environment().put("JAVA_HOME", System.getProperty("java.home"));
    program.environment().put("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    Process process = program.start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).as("%s", output).isTrue();
      return new Outcome(process.exitValue(), output);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Puts the jars and poms of this build beside what the repository of this build has. */
  private void publish() throws Exception {
    Path jar = Path.of(Test.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path lender = jar.resolve("../../../../../..").normalize();
    assertThat(lender.relativize(jar).toString()).startsWith("org/junit/jupiter/");
    lend(lender, "", "dev");
    lend(lender.resolve("dev"), "dev", "tern");
    put("tern-parent", ".pom", ProjectFiles.root().resolve("pom.xml"));
    for (String module : PublishedModulesTest.publishedFolders()) {
      Path built = built(module);
      if (built != null) { // else nobody here has use for it, nor has the README's project
        put("tern-" + module, ".pom", ProjectFiles.root().resolve(module).resolve("pom.xml"));
        put("tern-" + module, ".jar", built);
      }
    }
  }

  /** Links what a folder holds, but for one entry, to a folder of the repository. */
  private void lend(Path from, String to, String except) throws IOException {
    Path place = Files.createDirectories(repository().resolve(to));
    if (!Files.isDirectory(from)) {
      return;
    }
    try (Stream<Path> entries = Files.list(from)) {
      for (Path entry : entries.toList()) {
        if (!entry.endsWith(except)) {
          links.add(Files.createSymbolicLink(place.resolve(entry.getFileName()), entry));
        }
      }
    }
  }

  /** What they lead to is not the test's to delete. */
  @AfterEach
  void takeTheLinksAway() throws IOException {
    for (Path link : links) {
      Files.delete(link);
    }
  }

  private void put(String artifact, String ending, Path file) throws Exception {
    String version = ReadmeTest.version();
    Path place = repository().resolve(Path.of("dev", "tern", artifact, version));
    Files.createDirectories(place);
    Files.copy(file, place.resolve(artifact + "-" + version + ending));
  }

  private Path repository() {
    return folder.resolve("repository");
  }

  /** The jar of a module, as this test runs with it; null if it does not. */
  private @Nullable Path built(String module) throws Exception {
    Path target = ProjectFiles.root().resolve(module).resolve("target");
    Path classes = target.resolve("classes");
    Path jar = target.resolve("tern-" + module + "-" + ReadmeTest.version() + ".jar");
    Set<Path> classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .map(entry -> Path.of(entry).toAbsolutePath())
            .collect(Collectors.toSet());
    return classPath.contains(jar)
        ? jar
        : classPath.contains(classes) ? packed(module, classes) : null;
  }

  /** Before Maven's phase "package" there are folders of classes alone. */
  private Path packed(String module, Path classes) throws IOException {
    Path jars = Files.createDirectories(folder.resolve("jars"));
    Path jar = jars.resolve(module + ".jar");
    int status =
        ToolProvider.findFirst("jar")
            .orElseThrow()
            .run(
                System.out,
                System.err,
                "--create",
                "--file",
                jar.toString(),
                "-C",
                classes.toString(),
                ".");
    assertThat(status).as("jar's status for %s", classes).isZero();
    return jar;
  }
}
