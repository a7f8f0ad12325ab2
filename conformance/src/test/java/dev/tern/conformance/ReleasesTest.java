package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.client.Batch;
import dev.tern.core.client.Client;
import dev.tern.transport.threads.ThreadsTransport;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Yesterday against today: each release's client at today's server, and today's client at its
 * server, each end in a JVM of its own. A release is a folder more in conformance/releases, and no
 * code.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("releases")
@Tag("slow")
@Timeout(120)
final class ReleasesTest {
  /**
   * Of the 20 ways between transports, dialects and encodings: all that {@link ReleaseClient} does.
   */
  private static final int CASES = 4 * (3 * 28 + 21 + 22);

  private static final Pattern PORTS = Pattern.compile("threads=([0-9]+) netty=([0-9]+)");

  private record Ports(Process process, String threads, String netty) implements AutoCloseable {
    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  @TempDir
  @SuppressWarnings("NullAway.Init") // by JUnit
  private static Path compiled;

  @Parameter
  @SuppressWarnings("NullAway.Init") // likewise
  Release release;

  static List<Release> releases() throws IOException {
    List<Release> all = Release.all();
    assertThat(all).isNotEmpty();
    return all;
  }

  @Test
  void itsClientAtTodaysServer() throws Exception {
    assertPasses(its(), todays(), release + " client, today's server");
  }

  @Test
  void todaysClientAtItsServer() throws Exception {
    assertPasses(todays(), its(), "today's client, " + release + " server");
  }

  private static String todays() {
    return System.getProperty("java.class.path");
  }

  /** The class path of the release with both programs, which are compiled the first time. */
  private String its() throws IOException, InterruptedException {
    String jars = release.classPath();
    Path programs = compiled.resolve(release.toString());
    if (!Files.exists(programs)) {
      release.compile(
          programs, jars, ReleaseMethods.class, ReleaseServer.class, ReleaseClient.class);
    }
    return programs + File.pathSeparator + jars;
  }

  @SuppressWarnings("SystemOut") // a figure of the record
  private static void assertPasses(String client, String server, String what) throws Exception {
    try (Ports ports = serve(server)) {
      List<String> said =
          JavaProcess.outputOf(
              command(client, ReleaseClient.class, ports.threads(), ports.netty()));
      List<String> passed = said.stream().filter(line -> line.startsWith("passed ")).toList();
      System.out.printf("%s: cases passed %d / %d%n", what, passed.size(), CASES);
      assertThat(said).as(what).filteredOn(line -> line.startsWith("FAILED ")).isEmpty();
      assertThat(passed).as("%s: %s", what, said).hasSize(CASES);
    }
  }

  private static Ports serve(String classPath) throws IOException {
    Process process =
        new ProcessBuilder(command(classPath, ReleaseServer.class))
            .redirectError(Redirect.INHERIT)
            .start();
    String line = portsOf(process.inputReader(UTF_8));
    Matcher matcher = PORTS.matcher(line);
    assertThat(matcher.matches()).as(line).isTrue();
    return new Ports(process, matcher.group(1), matcher.group(2));
  }

  /** Its line about them, behind what it may log. */
  private static String portsOf(BufferedReader output) throws IOException {
    String line = output.readLine();
    while (line != null && !line.startsWith("threads=")) {
      line = output.readLine();
    }
    return String.valueOf(line);
  }

  private static List<String> command(String classPath, Class<?> program, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                classPath,
                program.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** What a release before batches does not know, a client of today does not ask of it. */
  @Test
  void aBatchOfTodaysClientAtItsServer() throws Exception {
    try (Ports ports = serve(its());
        ThreadsTransport transport = new ThreadsTransport();
        Client client =
            Client.builder(transport).connect("127.0.0.1", Integer.parseInt(ports.threads()))) {
      Batch batch = client.batch();
      List<Batch.Item<Integer>> items =
          IntStream.range(0, 10)
              .mapToObj(i -> batch.add(ReleaseMethods.ADD, new ReleaseMethods.Pair(i, 1)))
              .toList();
      batch.call();
      for (int i = 0; i < 10; i++) {
        assertThat(items.get(i).result()).isEqualTo(i + 1);
      }
    }
  }
}
