package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Method;
import dev.tern.core.Server;
import dev.tern.transport.threads.ThreadsTransport;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the README shows is what there is. */
class ReadmeTest {
  private static final MarkdownPage PAGE = MarkdownPage.read("README.md");

  private record Numbers(int a, int b) {}

  /** These files are compiled and run by a test of their own. */
  @ParameterizedTest
  @ValueSource(strings = {"examples/AddServer.java", "examples/AddClient.java"})
  void quotesTheExamplesAsTheyAre(String path) {
    assertThat(blocks("java")).contains(ProjectFiles.read(path).strip());
  }

  @Test
  void itsPythonTalksToAServer() throws Exception {
    try (ThreadsTransport transport = new ThreadsTransport();
        Server server =
            Server.builder(transport)
                .serve(
                    Method.of("add", Numbers.class, Integer.class),
                    numbers -> numbers.a() + numbers.b())
                .listen(0)) {
      String program = blocks("python").getFirst().replace("7070", "" + server.port());
      Process python =
          new ProcessBuilder("python3", "-c", program).redirectErrorStream(true).start();
      try {
        String said = new String(python.getInputStream().readAllBytes(), UTF_8);
        assertThat(python.waitFor(60, TimeUnit.SECONDS)).as("python ends").isTrue();
        assertThat(said.strip()).isEqualTo("{'id': '1', 'result': 3}");
      } finally {
        python.destroyForcibly();
      }
    }
  }

  private static List<String> blocks(String language) {
    return PAGE.blocks().stream()
        .filter(block -> block.language().equals(language))
        .map(block -> String.join("\n", block.lines()).strip())
        .toList();
  }
}
