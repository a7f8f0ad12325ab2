package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * The clients of other languages, each by its own tests: against scripted servers, and against real
 * ones, over bad networks and TLS. Where a language is not there, its tests say so.
 */
@DisabledOnOs(OS.WINDOWS) // with-servers is written for bash
@Timeout(400)
class ClientsTest {
  /** Longer than any of them takes on a busy machine. */
  private static final long SECONDS = 360;

  private static final int OLDEST_NODE = 18;

  private static final Path CLIENTS = ProjectFiles.root().resolve("clients");

  private record Run(int status, String output) {
    String lastLine() {
      return output.lines().reduce("", (_, line) -> line);
    }
  }

  @Test
  @Tag("slow")
  void thePythonClientHoldsAgainstRealServers() throws Exception {
    assertPasses(run("python", "../with-servers", "python3", "-m", "unittest", "-v", "live_test"));
  }

  @Test
  void theNodeClientPassesItsOwnTests() throws Exception {
    assumeNode();
    assertPasses(run("node", "node", "--test", "tern.test.mjs"));
  }

  @Test
  @Tag("slow")
  void theNodeClientHoldsAgainstRealServers() throws Exception {
    assumeNode();
    assertPasses(run("node", "../with-servers", "node", "--test", "live.test.mjs"));
  }

  @Test
  @Tag("slow")
  void theGoClientPassesItsOwnTestsAndHoldsAgainstRealServers() throws Exception {
    assume("go");
    Run formatted = run("go", "gofmt", "-l", ".");
    assertThat(formatted.output()).as("files that gofmt would change").isEmpty();
    assertPasses(run("go", "go", "vet", "."));
    assertPasses(run("go", "../with-servers", "go", "test", "-count=1", "."));
  }

  @Test
  @Tag("slow")
  void theTypesOfTheClientsAreWhatTheySay() throws Exception {
    assumeNode();
    Run run = run(".", "./check-types");
    assumeTrue(!run.lastLine().startsWith("skipped: "), run.lastLine());
    assertPasses(run);
    assertThat(run.lastLine()).isEqualTo("types: good");
  }

  private static void assertPasses(Run run) {
    assertThat(run.status()).as(run.output()).isZero();
  }

  private static void assumeNode() throws Exception {
    assume("node");
    String version = run("node", "node", "--version").lastLine();
    int major = Integer.parseInt(version.replaceFirst("^v(\\d+)\\..*", "$1"));
    assumeTrue(
        major >= OLDEST_NODE,
        "skipped: node is " + version + " (expected: " + OLDEST_NODE + " or later)");
  }

  private static void assume(String program) {
    String path = System.getenv().getOrDefault("PATH", "");
    boolean isThere =
        Stream.of(path.split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    assumeTrue(isThere, "skipped: no " + program + " here");
  }

  /** Runs a command in a folder of the clients; what it starts of Tern's is what is under test. */
  private static Run run(String folder, String... command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("tern-clients", ".log"); // a pipe would be kept by orphans
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(CLIENTS.resolve(folder).toFile())
            .redirectErrorStream(true)
            .redirectInput(new File("/dev/null"))
            .redirectOutput(output.toFile());
    Path target = ProjectFiles.root().resolve("target");
    builder
        .environment()
        .putAll(
            Map.of(
                "TERN_COMMAND", String.join("\n", ServeProcess.tern()),
                "GOCACHE", target.resolve("go-cache").toString(),
                "NO_COLOR", "1"));
    Process process = builder.start();
    try {
      boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
      String text = Files.readString(output, UTF_8);
      assertThat(ended).as("%s ends; so far: %s", List.of(command), text).isTrue();
      return new Run(process.exitValue(), text);
    } finally {
      process.destroy();
      Files.delete(output);
    }
  }
}
