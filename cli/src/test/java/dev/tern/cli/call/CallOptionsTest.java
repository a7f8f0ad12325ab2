package dev.tern.cli.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.cli.FrameServer;
import dev.tern.cli.Run;
import dev.tern.cli.ScriptedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a call says beside its params. */
@Timeout(60)
class CallOptionsTest {
  private static final String RESULT = "{\"id\":1,\"ok\":true,\"result\":3}";

  @TempDir private Path folder;

  private String tokenFile(String text) throws IOException {
    return Files.writeString(folder.resolve("token"), text).toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3cret-token", "s3cret-token\n", "s3cret-token\r\n"})
  void theTokenComesFromAFile(String text) throws IOException {
    try (ScriptedServer peer = new ScriptedServer(RESULT)) {
      Run run = Run.tern("call", "--auth-file", tokenFile(text), peer.address(), "m");
      assertThat(run).isEqualTo(new Run(0, "3\n", ""));
      assertThat(peer.request()).contains("\"auth\":\"s3cret-token\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3cret-token", "s3cret-token\n"})
  void theTokenComesFromTheEnvironment(String text) throws IOException {
    try (ScriptedServer peer = new ScriptedServer(RESULT)) {
      Run.ternWith("TERN_AUTH", text, "call", peer.address(), "m");
      assertThat(peer.request()).contains("\"auth\":\"s3cret-token\"");
    }
  }

  @Test
  void theFileCountsBeforeTheEnvironment() throws IOException {
    try (ScriptedServer peer = new ScriptedServer(RESULT)) {
      String file = tokenFile("of-file");
      Run.ternWith("TERN_AUTH", "of-environment", "call", "--auth-file", file, peer.address(), "m");
      assertThat(peer.request()).contains("\"auth\":\"of-file\"");
    }
  }

  @Test
  void anEmptyVariableIsNoToken() throws IOException {
    try (ScriptedServer peer = new ScriptedServer(RESULT)) {
      Run run = Run.ternWith("TERN_AUTH", "", "call", peer.address(), "m");
      assertThat(run.code()).isZero();
      assertThat(peer.request()).doesNotContain("auth");
    }
  }

  @Test
  void listingSendsTheTokenToo() throws IOException {
    try (ScriptedServer peer = new ScriptedServer("{\"id\":1,\"ok\":true,\"result\":{}}")) {
      Run.tern("call", "--auth-file", tokenFile("s3cret-token"), peer.address());
      assertThat(peer.request()).contains("rpc.discover", "\"auth\":\"s3cret-token\"");
    }
  }

  @Test
  void whatIsAskedBesideACallSendsTheTokenAndNotTheKey() throws IOException {
    try (FrameServer peer = FrameServer.tellingFirst("3", "{}")) {
      String file = tokenFile("s3cret-token");
      Run.tern("call", "--auth-file", file, "--key", "order-7", peer.address(), "m", "a=1");
      assertThat(peer.requests())
          .filteredOn(request -> request.contains("rpc.discover"))
          .singleElement()
          .asString()
          .contains("\"auth\":\"s3cret-token\"")
          .doesNotContain("order-7");
    }
  }

  @Test
  void verboseDoesNotShowTheToken() throws IOException {
    try (ScriptedServer peer = new ScriptedServer(RESULT)) {
      Run run = Run.tern("call", "-v", "--auth-file", tokenFile("s3cret"), peer.address(), "m");
      assertThat(peer.request()).contains("s3cret");
      assertThat(run.err()).contains("\"auth\":\"***\"").doesNotContain("s3cret");
    }
  }

  @Test
  void metadataAndKeyTravel() throws IOException {
    try (ScriptedServer peer = new ScriptedServer(RESULT)) {
      Run.tern(
          "call",
          "--meta",
          "tenant=acme",
          "--meta",
          "a=b=c",
          "--key",
          "order-7",
          peer.address(),
          "m");
      assertThat(peer.request())
          .contains("\"md\":{\"tenant\":\"acme\",\"a\":\"b=c\"}", "\"key\":\"order-7\"");
    }
  }

  @Test
  void aNotificationSaysTheSame() throws Exception {
    CompletableFuture<String> came = new CompletableFuture<>();
    try (FrameServer peer =
        new FrameServer(
            request -> {
              if (request.contains("rpc.discover")) {
                return "{\"id\":1,\"ok\":false,\"error\":{\"code\":\"METHOD_NOT_FOUND\","
                    + "\"message\":\"m\"}}";
              }
              came.complete(request);
              return null;
            })) {
      String file = tokenFile("s3cret");
      Run run =
          Run.tern(
              "call",
              "--notify",
              "--meta",
              "a=1",
              "--key",
              "k",
              "--auth-file",
              file,
              peer.address(),
              "m");
      assertThat(run).isEqualTo(new Run(0, "", ""));
      assertThat(came.get(20, TimeUnit.SECONDS))
          .contains("\"auth\":\"s3cret\"", "\"md\":{\"a\":\"1\"}", "\"key\":\"k\"")
          .doesNotContain("\"id\"");
    }
  }

  @Test
  void inTheBareDialectTheKeyIsTheId() throws IOException {
    String key = "5f0c2f9e-0d3c-4a53-9b0a-0e6d3b8f2a11";
    try (ScriptedServer peer = new ScriptedServer("{\"id\":\"" + key + "\",\"result\":3}")) {
      Run run = Run.tern("call", "--dialect", "bare", "--key", key, peer.address(), "m");
      assertThat(run.out()).isEqualTo("3\n");
    }
  }

  @Test
  void verboseShowsAReplysMetadata() throws IOException {
    try (ScriptedServer peer =
        new ScriptedServer(
            "{\"id\":1,\"ok\":true,\"result\":3,\"meta\":{\"md\":{\"region\":\"north\"}}}")) {
      Run run = Run.tern("call", "-v", peer.address(), "m");
      assertThat(run.err()).contains("\"md\":{\"region\":\"north\"}");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--meta x                         | --meta: \"x\" (expected: NAME=VALUE)",
        "--meta =x                        | --meta: \"=x\" (expected: NAME=VALUE)",
        "--meta a=1 --meta a=2            | --meta: a is there twice (expected: each name once)",
        "--meta ä=1                       | --meta: metadata: a name of 1 characters",
        "--meta a=1 --dialect jsonrpc     | --meta with --dialect jsonrpc (expected: v1",
        "--meta a=1 --dialect bare        | --meta with --dialect bare (expected: v1",
        "--auth-file pom.xml --dialect bare | --auth-file with --dialect bare (expected: v1",
        "--auth-file no/such/file         | --auth-file: no file no/such/file (expected: a token",
        "--auth-file /                    | --auth-file: cannot read /: ",
        "--key k --dialect jsonrpc        | --key with --dialect jsonrpc (expected: v1 or bare",
      })
  void whatCannotBeSaidIsWrongUsage(String options, String words) throws IOException {
    Files.writeString(folder.resolve("pom.xml"), "token");
    String line = options.replace("pom.xml", folder.resolve("pom.xml").toString());
    Run run = Run.tern(("call " + line + " localhost:1 m").split(" "));
    assertThat(run.err()).startsWith("tern call: " + words);
    assertThat(run.code()).isEqualTo(1);
  }

  @Test
  void anEmptyKeyIsWrongUsage() {
    Run run = Run.tern("call", "--key", "", "localhost:1", "m");
    assertThat(run.err()).startsWith("tern call: key: 0 bytes (expected: 1 to 256 bytes");
    assertThat(run.code()).isEqualTo(1);
  }

  /** A server knows a bare call again by a UUID alone, and would run any other twice. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "order-7-0123456789",
        "5F0C2F9E-0D3C-4A53-9B0A-0E6D3B8F2A11",
        "5f0c2f9e0d3c4a539b0a0e6d3b8f2a11",
        "5f0c2f9e-0d3c-4a53-9b0a-0e6d3b8f2a1",
        "00000000-0000-0000-0000-000000000000",
      })
  void aKeyThatIsNoUuidIsWrongUsageInTheBareDialect(String key) {
    for (String once : new String[] {"--effect once ", ""}) {
      String line = "call --dialect bare " + once + "--key " + key + " localhost:1 m";
      Run run = Run.tern(line.split(" "));
      assertThat(run.err())
          .startsWith("tern call: --key: \"" + key + "\" with --dialect bare (expected: a UUID")
          .containsPattern("such as [0-9a-f-]{36};");
      assertThat(run.code()).isEqualTo(1);
    }
  }

  @Test
  void aKeyWithoutAMethodIsWrongUsage() {
    Run run = Run.tern("call", "--key", "k", "localhost:1");
    assertThat(run.err()).startsWith("tern call: --key without a METHOD");
  }

  @ParameterizedTest
  @ValueSource(strings = {"two\nlines", "\u0007"})
  void aFileWithMoreThanATokenIsWrongUsage(String text) throws IOException {
    Run run = Run.tern("call", "--auth-file", tokenFile(text), "localhost:1", "m");
    assertThat(run.err())
        .startsWith("tern call: --auth-file " + folder.resolve("token") + ": a line break or")
        .contains("(expected: one line, the token)");
    assertThat(run.code()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n"})
  void aFileWithoutATokenIsWrongUsage(String text) throws IOException {
    Run run = Run.tern("call", "--auth-file", tokenFile(text), "localhost:1", "m");
    assertThat(run.err())
        .startsWith("tern call: --auth-file " + folder.resolve("token") + ": auth: ")
        .contains(" bytes (expected: 1 to 16384 without control characters)");
    assertThat(run.code()).isEqualTo(1);
  }

  @Test
  void aTokenIsUtf8() throws IOException {
    Path file = Files.write(folder.resolve("token"), new byte[] {(byte) 0xFF});
    Run run = Run.tern("call", "--auth-file", file.toString(), "localhost:1", "m");
    assertThat(run.err()).contains("not UTF-8 (expected: a token)");
  }

  @Test
  void aVariableThatIsNoTokenIsNamedAndNotShown() {
    Run run = Run.ternWith("TERN_AUTH", "top\tsecret", "call", "localhost:1", "m");
    assertThat(run.err())
        .startsWith("tern call: TERN_AUTH: a line break or another control character")
        .doesNotContain("secret");
    assertThat(run.code()).isEqualTo(1);
  }

  @Test
  void metadataOverItsLimitIsWrongUsage() {
    Run run = Run.tern("call", "--meta", "a=" + "x".repeat(8 << 10), "localhost:1", "m");
    assertThat(run.err()).startsWith("tern call: --meta: metadata: 8193 bytes of names and values");
    assertThat(run.code()).isEqualTo(1);
  }
}
