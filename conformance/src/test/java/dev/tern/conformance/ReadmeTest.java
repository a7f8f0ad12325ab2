package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Method;
import dev.tern.core.server.Server;
import dev.tern.transport.threads.ThreadsTransport;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

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
  void itsCommandsRunTheExamplesWhateverJavaIsOnThePath(@TempDir Path shims) throws Exception {
    Path old = Files.writeString(shims.resolve("java"), "#!/bin/sh\nexit 1\n");
    Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> lines = ProjectFiles.read("README.md").lines().map(String::strip).toList();
    String path = first(lines, "export PATH=");
    String client = first(lines, "java -cp 'dist/*' examples/AddClient.java");
    try (ThreadsTransport transport = new ThreadsTransport();
        Server server = adding(transport)) {
      String classPath = "'" + System.getProperty("java.class.path") + "'";
      String commands =
          path
              + "\n"
              + client.replace("'dist/*'", classPath).replaceFirst(" *#.*", " " + server.port());
      ProcessBuilder bash = new ProcessBuilder("bash", "-c", commands);
      bash.directory(ProjectFiles.root().toFile()).redirectErrorStream(true);
      bash.environment().merge("PATH", shims + ":", (was, shim) -> shim + was);
      assertThat(output(bash)).isEqualTo("1 + 2 = 3");
    }
  }

  private static String first(List<String> lines, String start) {
    return lines.stream().filter(line -> line.startsWith(start)).findFirst().orElseThrow();
  }

  private static Server adding(ThreadsTransport transport) throws IOException {
    return Server.builder(transport)
        .serve(Method.of("add", Numbers.class, Integer.class), numbers -> numbers.a() + numbers.b())
        .listen(0);
  }

  private static String output(ProcessBuilder program) throws IOException, InterruptedException {
    Process process = program.start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
      return said.strip();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void itsPythonTalksToAServer() throws Exception {
    try (ThreadsTransport transport = new ThreadsTransport();
        Server server = adding(transport)) {
      String program = blocks("python").getFirst().replace("7070", "" + server.port());
      assertThat(output(new ProcessBuilder("python3", "-c", program).redirectErrorStream(true)))
          .isEqualTo("{'id': '1', 'result': 3}");
    }
  }

  /** It is copied as it stands, and must lead to what this project makes and is tested with. */
  @Test
  void itsPomIsOneAndNamesTheVersionsOfThisProject() throws Exception {
    Element ours = pom(ProjectFiles.read("pom.xml"));
    Element theirs = pom(blocks("xml").getFirst());
    String tern = text(ours, "version");

    assertThat(versions(theirs, "dependency"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "tern-core", tern,
                "tern-transport-threads", tern,
                "tern-testkit", tern,
                "logback-classic", text(ours, "logback.version"),
                "junit-jupiter", text(ours, "junit.version")));
    assertThat(versions(ours, "plugin")).containsAllEntriesOf(versions(theirs, "plugin"));
    assertThat(versions(theirs, "plugin")).containsKey("maven-surefire-plugin");
    assertThat(text(theirs, "maven.compiler.release"))
        .isEqualTo(text(ours, "maven.compiler.release"));
  }

  /** The version of this project. */
  static String version() throws Exception {
    return text(pom(ProjectFiles.read("pom.xml")), "version");
  }

  private static Element pom(String text) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(text)))
        .getDocumentElement();
  }

  /** The text of the first element with that name; empty if there is none. */
  private static String text(Element parent, String name) {
    NodeList found = parent.getElementsByTagName(name);
    return found.getLength() == 0 ? "" : found.item(0).getTextContent();
  }

  /** By artifact, of those elements that give one. */
  private static Map<String, String> versions(Element pom, String element) {
    NodeList all = pom.getElementsByTagName(element);
    return IntStream.range(0, all.getLength())
        .mapToObj(i -> (Element) all.item(i))
        .filter(
            one ->
                Optional.ofNullable(one.getElementsByTagName("version").item(0))
                    .filter(version -> one.isSameNode(version.getParentNode()))
                    .isPresent())
        .collect(Collectors.toMap(one -> text(one, "artifactId"), one -> text(one, "version")));
  }

  private static List<String> blocks(String language) {
    return PAGE.blocks().stream()
        .filter(block -> block.language().equals(language))
        .map(block -> String.join("\n", block.lines()).strip())
        .toList();
  }
}
