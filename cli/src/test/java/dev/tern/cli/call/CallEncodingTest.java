package dev.tern.cli.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.cli.Run;
import dev.tern.cli.serve.DemoService;
import dev.tern.core.Effect;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.binding.FoundEncodings;
import dev.tern.core.server.Server;
import dev.tern.core.server.ServerBuilder;
import dev.tern.core.transport.Transport;
import dev.tern.transport.threads.ThreadsTransport;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls in other encodings than JSON. */
@Timeout(60)
class CallEncodingTest {
  private static final Pattern TOKEN = Pattern.compile("tern1\\.\\S+");

  private final Transport transport = new ThreadsTransport();
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private Server server;
  private String address;

  @BeforeEach
  void serve() throws IOException {
    Method<Void, Integer> slow =
        Method.<Void, Integer>of("slow", Void.class, Integer.class).effect(Effect.ONCE);
    ServerBuilder builder =
        Server.builder(transport)
            .serve(
                slow,
                _ -> {
                  mayEnd.await();
                  return 7;
                });
    server = DemoService.offer(builder, Lane.VIRTUAL).listen(0);
    address = "127.0.0.1:" + server.port();
  }

  @AfterEach
  void stop() {
    mayEnd.countDown();
    server.close();
    transport.close();
  }

  static List<String> labels() {
    return FoundEncodings.ALL.labels();
  }

  static List<String> others() {
    return labels().subList(1, labels().size());
  }

  @ParameterizedTest
  @MethodSource("labels")
  void printsTheSameInEach(String label) {
    assertThat(Run.tern("call", "--encoding", label, address, "add", "a=1", "b=2"))
        .isEqualTo(new Run(0, "3\n", ""));
    String value = "{\"value\":[null,true,-5,0.5,\"ż🦜\",{\"a\":{}},12345678901]}";
    assertThat(Run.tern("call", "--encoding", label, address, "echo", value).out())
        .isEqualTo("[null,true,-5,0.5,\"ż🦜\",{\"a\":{}},12345678901]\n");
    Run failed = Run.tern("call", "--encoding", label, address, "divide", "[1,0]");
    assertThat(failed.err()).startsWith("DIVISION_BY_ZERO: ").contains("{\"dividend\":1.0}");
    assertThat(failed.code()).isEqualTo(64);
    assertThat(Run.tern("call", "--encoding", label, address).out()).contains("divide");
  }

  @ParameterizedTest
  @MethodSource("others")
  void aPersonSeesTheMessagesAndTheirSizes(String label) {
    Run run = Run.tern("call", "-v", "--encoding", label, address, "add", "a=1", "b=2");
    assertThat(run.err())
        .containsPattern("→ \\{\"id\":2,\"method\":\"add\",.*} \\([0-9]+ bytes of " + label + "\\)")
        .containsPattern("← \\{\"id\":2,\"ok\":true,.*} \\([0-9]+ bytes of " + label + "\\)")
        .containsPattern("round trip .* \\(of it server queue .*, handler .*\\)");
  }

  @Test
  void aPersonSeesTheSizesInJsonToo() {
    assertThat(Run.tern("call", "-v", address, "add", "a=1", "b=2").err())
        .containsPattern("→ \\{\"id\":1,.*} \\([0-9]+ bytes\\)\n");
  }

  @ParameterizedTest
  @MethodSource("others")
  void aServerThatHasNotGotItIsCalledInJson(String label) throws IOException {
    try (Server plain =
        DemoService.offer(Server.builder(transport).encodings(), Lane.VIRTUAL).listen(0)) {
      String old = "127.0.0.1:" + plain.port();
      Run run = Run.tern("call", "-v", "--encoding", label, old, "add", "a=1", "b=2");
      assertThat(run.out()).isEqualTo("3\n");
      assertThat(run.err()).contains("→ {\"id\":").doesNotContain("bytes of ");
    }
  }

  @ParameterizedTest
  @MethodSource("others")
  void theNextStepsKeepIt(String label) {
    Run lost =
        Run.tern(
            "call --effect once --timeout 3s --retries 0 --encoding %s %s slow"
                .formatted(label, address)
                .split(" "));
    Matcher token = TOKEN.matcher(lost.err());
    assertThat(token.find()).as(lost.err()).isTrue();
    String options = "--encoding " + label + " " + address;
    assertThat(lost.err())
        .contains("tern outcome " + options + " " + token.group())
        .contains("tern call " + options + " slow --resume " + token.group());

    mayEnd.countDown();
    assertThat(Run.tern("call", "--encoding", label, address, "slow", "--resume", token.group()))
        .isEqualTo(new Run(0, "7\n", ""));
    assertThat(Run.tern("outcome", "--encoding", label, address, token.group()))
        .isEqualTo(new Run(0, "done: it is over, with a result\n7\n", ""));
    Run silent = Run.tern("call", "-v", address, "slow", "--resume", token.group());
    assertThat(silent.out()).isEqualTo("7\n");
    assertThat(silent.err()).contains("bytes of " + label).doesNotContain("passed over");
    Run other = Run.tern("call", "--encoding", "json", address, "slow", "--resume", token.group());
    assertThat(other)
        .isEqualTo(
            new Run(
                0,
                "7\n",
                "the operation has begun in %s, and keeps that; --encoding json is passed over\n"
                    .formatted(label)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "call --encoding smoke ADDRESS add    | \"smoke\" (expected: one of json, ",
        "outcome --encoding smoke ADDRESS m k | \"smoke\" (expected: one of json, ",
        "call --resume TOKEN ADDRESS slow     | --resume: an operation that has begun in smoke (exp",
      })
  void oneThatIsNotThereIsWrongUsage(String line, String words) {
    Run run =
        Run.tern(line.replace("ADDRESS", address).replace("TOKEN", tokenIn("smoke")).split(" +"));
    assertThat(run.err()).startsWith("tern ").contains(words);
    assertThat(run.code()).isEqualTo(1);
  }

  private static String tokenIn(String encoding) {
    String json =
        "{\"method\":\"slow\",\"key\":\"k\",\"encoding\":\"%s\",\"caller\":\"\",\"dedup\":\"d\",\"first_ms\":1}"
            .formatted(encoding);
    String body = Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(UTF_8));
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(UTF_8));
    return "tern1.%s.%08x".formatted(body, crc.getValue());
  }

  @ParameterizedTest
  @CsvSource({"call, jsonrpc", "call, bare", "outcome, jsonrpc"})
  void onlyInV1(String command, String dialect) {
    for (String label : others()) {
      String operation = command.equals("call") ? "m" : "m k";
      Run run =
          Run.tern(
              "%s --dialect %s --encoding %s %s %s"
                  .formatted(command, dialect, label, address, operation)
                  .split(" "));
      assertThat(run.err())
          .contains("--encoding " + label + " with --dialect " + dialect + " (expected: v1");
      assertThat(run.code()).isEqualTo(1);
    }
    assertThat(
            Run.tern("call", "--dialect", dialect, "--encoding", "json", address, "add", "[1,2]")
                .out())
        .isEqualTo("3\n");
  }
}
