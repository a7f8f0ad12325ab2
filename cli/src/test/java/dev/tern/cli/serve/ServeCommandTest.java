package dev.tern.cli.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tern.cli.Main;
import dev.tern.cli.Program;
import dev.tern.cli.Run;
import dev.tern.cli.serve.DemoService.Add;
import dev.tern.cli.serve.DemoService.Sleep;
import dev.tern.cli.visit.Wiretap;
import dev.tern.core.EncodedJson;
import dev.tern.core.Method;
import dev.tern.core.client.Client;
import dev.tern.core.retry.RetryPolicy;
import dev.tern.testkit.ScriptedPeer;
import dev.tern.transport.threads.ThreadsTransport;
import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@Timeout(120)
class ServeCommandTest {
  private static final Pattern LISTENING =
      Pattern.compile("listening on (.+):([0-9]+) \\((\\w+), (\\w+) lane\\); .*");

  /** The program in a process of its own. */
  private record Served(
      Process process,
      BufferedReader out,
      CompletableFuture<String> err,
      CompletableFuture<String> stopping,
      String host,
      int port)
      implements AutoCloseable {

    static List<String> command(String... options) {
      List<String> command = new ArrayList<>();
      command.add(System.getProperty("java.home") + "/bin/java");
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
      command.addAll(List.of("serve", "--port", "0"));
      command.addAll(List.of(options));
      return command;
    }

    static Served start(String... options) throws IOException {
      Process process = new ProcessBuilder(command(options)).start();
      BufferedReader out = process.inputReader(UTF_8);
      CompletableFuture<String> stopping = new CompletableFuture<>();
      CompletableFuture<String> err = readAll(process.errorReader(UTF_8), stopping);
      String line = soon(() -> out.readLine());
      Matcher matcher = LISTENING.matcher(String.valueOf(line));
      if (!matcher.matches()) {
        process.destroyForcibly();
        throw new AssertionError(
            "first line: " + line + " (expected: " + LISTENING + "); stderr: " + err.join());
      }
      int port = Integer.parseInt(matcher.group(2));
      return new Served(process, out, err, stopping, matcher.group(1), port);
    }

    /** Process.destroy would close the streams as well. */
    void sigterm() {
      assertThat(process.toHandle().destroy()).isTrue();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private interface Reading<T> {
    T read() throws IOException;
  }

  private static <T> T soon(Reading<T> reading) {
    return later(reading).orTimeout(60, SECONDS).join();
  }

  private static <T> CompletableFuture<T> later(Reading<T> reading) {
    CompletableFuture<T> future = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                future.complete(reading.read());
              } catch (IOException e) {
                future.completeExceptionally(new UncheckedIOException(e));
              }
            });
    return future;
  }

  /** All that is written; meanwhile, the line that says that it stops. */
  private static CompletableFuture<String> readAll(
      BufferedReader reader, CompletableFuture<String> stopping) {
    return later(
        () -> {
          StringBuilder all = new StringBuilder();
          for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            all.append(line).append('\n');
            if (line.startsWith("stopping")) {
              stopping.complete(line);
            }
          }
          return all.toString();
        });
  }

  @Test
  void aPipeThatNobodyReadsKeepsNoProcessFromItsEnd(@TempDir Path folder) throws Exception {
    Path err = folder.resolve("err");
    assertThat(new ProcessBuilder("mkfifo", err.toString()).start().waitFor()).isZero();
    try (RandomAccessFile full = new RandomAccessFile(err.toFile(), "rw")) {
      full.write(new byte[64 << 10]); // as much as a pipe of Linux takes
      Process process = new ProcessBuilder(Served.command()).redirectError(err.toFile()).start();
      try {
        BufferedReader out = process.inputReader(UTF_8);
        assertThat(soon(out::readLine)).matches(LISTENING);
        process.toHandle().destroy();

        assertThat(process.waitFor(30, SECONDS)).as("it has ended").isTrue();
        assertThat(process.exitValue()).isZero();
      } finally {
        process.destroyForcibly();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"netty, inline", "threads, virtual"})
  void aRunningCallIsAnsweredAfterSigterm(String transport, String lane) throws Exception {
    CountDownLatch sent = new CountDownLatch(2);
    Wiretap.Observer observer =
        new Wiretap.Observer() {
          @Override
          public void sent(byte[] payload) {
            sent.countDown();
          }
        };
    try (Served served = Served.start("--transport", transport, "--lane", lane);
        Wiretap wiretap = new Wiretap(new ThreadsTransport(), observer);
        Client client = Client.builder(wiretap).connect("127.0.0.1", served.port())) {
      client.call(DemoService.ADD, new Add(1, 2)); // loads classes, so that the next is quick
      CompletableFuture<Long> sleeping = client.callAsync(DemoService.SLEEP, new Sleep(3_000));
      assertThat(sent.await(30, SECONDS)).isTrue();
      // Frames are read in order: when this one is answered, the one before it runs.
      assertThat(client.call(DemoService.ADD, new Add(1, 2))).isEqualTo(3);

      served.sigterm();

      assertThat(sleeping.get(30, SECONDS)).isEqualTo(3_000);
      assertThat(served.process().waitFor(30, SECONDS)).isTrue();
      assertThat(served.process().exitValue()).isZero();
      assertThat(served.err().get(30, SECONDS)).contains("calls that still run: 1", "stopped");
    }
  }

  /** More than the operating system buffers for a peer that does not read. */
  private static final int MUCH = 12 << 20;

  @ParameterizedTest
  @ValueSource(strings = {"netty", "threads"})
  void aSlowReaderGetsItsWholeReplyAfterSigterm(String transport) throws Exception {
    try (Served served = Served.start("--transport", transport);
        Socket peer = askForMuch(served)) {
      int first = peer.getInputStream().readNBytes(1_000).length; // it is being answered

      served.sigterm();
      CompletableFuture<Integer> rest =
          CompletableFuture.supplyAsync(
              () -> readAll(peer), CompletableFuture.delayedExecutor(1_500, MILLISECONDS));

      assertThat(first + rest.get(30, SECONDS)).isEqualTo(MUCH);
      assertThat(served.process().waitFor(30, SECONDS)).isTrue();
      assertThat(served.err().get(30, SECONDS)).endsWith("stopped\n").doesNotContain("cut off: 1");
      assertThat(served.process().exitValue()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"netty", "threads"})
  void aReplyThatIsCutOffIsSaid(String transport) throws Exception {
    try (Served served = Served.start("--transport", transport, "--grace", "300ms");
        Socket peer = askForMuch(served)) {
      assertThat(peer.getInputStream().readNBytes(1_000)).hasSize(1_000);

      served.sigterm();

      assertThat(served.process().waitFor(30, SECONDS)).isTrue();
      assertThat(served.err().get(30, SECONDS)).contains("connections cut off: 1,");
      assertThat(served.process().exitValue()).isEqualTo(1);
    }
  }

  /** Calls echo with a string so long that the reply's payload and prefix are {@link #MUCH}. */
  private static Socket askForMuch(Served served) throws IOException {
    String head = "{\"id\":1,\"ok\":true,\"result\":\"";
    String value = "x".repeat(MUCH - Integer.BYTES - head.length() - "\"}".length());
    byte[] request =
        ("{\"id\":1,\"method\":\"echo\",\"params\":[\"" + value + "\"],\"meta\":{}}")
            .getBytes(UTF_8);
    Socket peer = new Socket(InetAddress.getLoopbackAddress(), served.port());
    DataOutputStream out = new DataOutputStream(peer.getOutputStream());
    out.writeInt(request.length);
    out.write(request);
    return peer;
  }

  private static int readAll(Socket peer) {
    try {
      return peer.getInputStream().readAllBytes().length;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatAStopWaitsForIsSaid() throws Exception {
    try (Served served = Served.start("--grace", "4s");
        Socket peer = new Socket(InetAddress.getLoopbackAddress(), served.port())) {
      byte[] hello =
          "{\"id\":1,\"method\":\"rpc.hello\",\"params\":{\"accepts\":[\"rpc.goaway\"]},\"meta\":{}}"
              .getBytes(UTF_8);
      DataOutputStream out = new DataOutputStream(peer.getOutputStream());
      out.writeInt(hello.length);
      out.write(hello);
      assertThat(peer.getInputStream().readNBytes(1)).hasSize(1); // it has read that

      served.sigterm();

      assertThat(served.stopping().get(30, SECONDS))
          .isEqualTo(
              "stopping; connections that have not ended: 1 (4.0 s at most; Ctrl-C again: cut off)");
    }
  }

  @Test
  void aSecondSignalHurriesItButNotWithinASecond() throws Exception {
    CountDownLatch sent = new CountDownLatch(2);
    Wiretap.Observer observer =
        new Wiretap.Observer() {
          @Override
          public void sent(byte[] payload) {
            sent.countDown();
          }
        };
    try (Served served = Served.start();
        Wiretap wiretap = new Wiretap(new ThreadsTransport(), observer);
        Client client = Client.builder(wiretap).connect("127.0.0.1", served.port())) {
      client.call(DemoService.ADD, new Add(1, 2));
      var _ = client.callAsync(DemoService.SLEEP, new Sleep(600_000));
      assertThat(sent.await(30, SECONDS)).isTrue();
      client.call(DemoService.ADD, new Add(1, 2)); // when this is answered, the one before runs

      served.sigterm();
      served.stopping().get(30, SECONDS);
      long told = System.nanoTime();
      do { // those within a second of the first mean nothing
        served.sigterm();
      } while (!served.process().waitFor(100, MILLISECONDS));

      assertThat(Duration.ofNanos(System.nanoTime() - told)).isGreaterThan(Duration.ofMillis(900));
      assertThat(served.err().get(30, SECONDS))
          .contains("calls cut off: 1 (of which had begun: 1), operations cut off: 0");
      assertThat(served.process().waitFor(30, SECONDS)).isTrue();
      assertThat(served.process().exitValue()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"netty", "threads"})
  void anAddressOfAnotherMachineIsSaidInPlainWords(String transport) {
    Run run = Run.tern("serve", "--host", "203.0.113.5", "--transport", transport);
    assertThat(run)
        .isEqualTo(
            new Run(
                1,
                "",
                "tern serve: 203.0.113.5 is no address of this machine"
                    + " (expected: one of its own; 0.0.0.0 is all of them)\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[::1]", "::1"})
  void anIpv6AddressIsPrintedInOnePairOfBrackets(String host) throws Exception {
    assumeTrue(isHere("::1"), "this machine has ::1");
    try (Served served = Served.start("--host", host)) {
      assertThat(served.host()).isEqualTo("[::1]");
    }
  }

  private static boolean isHere(String host) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(host, 0));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void everyCallIsLoggedAtDebug() throws Exception {
    String err = errOf(List.of("--log", "debug"), "add", "[1,2]");
    assertThat(err)
        .containsPattern("id=1 method=add dialect=v1 latency_us=[0-9]+ code=OK in_flight=[0-9]+");
  }

  @Test
  void failuresAreLoggedByDefault() throws Exception {
    assertThat(errOf(List.of(), "divide", "[1,0]"))
        .containsPattern("method=divide dialect=v1 .*code=DIVISION_BY_ZERO");
  }

  @Test
  void successesAreNotLoggedByDefault() throws Exception {
    assertThat(errOf(List.of(), "add", "[1,2]")).isEqualTo("stopped\n");
  }

  private static String errOf(List<String> options, String method, String params) throws Exception {
    try (Served served = Served.start(options.toArray(String[]::new))) {
      Run.tern("call", "127.0.0.1:" + served.port(), method, params);
      served.sigterm();
      assertThat(served.process().waitFor(30, SECONDS)).isTrue();
      return served.err().get(30, SECONDS);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"netty", "threads"})
  void aPortInUseIsSaidInPlainWords(String transport) throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      Run run = Run.tern("serve", "--port", port, "--transport", transport);
      assertThat(run)
          .isEqualTo(
              new Run(
                  1,
                  "",
                  "tern serve: port "
                      + port
                      + " on 127.0.0.1 is in use (expected: a free one; --port 0 picks one)\n"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"netty", "threads"})
  void anUnknownHostIsSaidInPlainWords(String transport) {
    Run run = Run.tern("serve", "--host", "no.such.host.invalid", "--transport", transport);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .startsWith("tern serve: ")
        .contains("no.such.host.invalid")
        .doesNotContain("\tat ");
  }

  @Test
  void aSeedDropsTheSameRequestsAndRepliesEachTime() throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    List<Integer> run = new ArrayList<>();
    List<Integer> answered = new ArrayList<>();
    for (int id = 1; id <= 30; id++) {
      boolean isDropped = random.nextDouble() < 0.3;
      boolean isReplyDropped = random.nextDouble() < 0.3;
      if (!isDropped) {
        run.add(id);
      }
      if (!isDropped && !isReplyDropped) {
        answered.add(id);
      }
    }
    String[] options =
        "serve --port 0 --lane inline --drop 0.3 --drop-replies .3 --seed 7".split(" ");
    try (Program served = Program.start(options)) {
      int port = Integer.parseInt(served.line(LISTENING.pattern()).group(2));
      served.line("faults: delay 0 ms, dropped requests 0\\.3, dropped replies 0\\.3; seed 7");
      List<Integer> seen = new ArrayList<>();
      int value = 0;
      try (ScriptedPeer peer =
          ScriptedPeer.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
        for (int id = 1; id <= 30; id++) {
          peer.sendFrame(
              "{\"id\":%d,\"method\":\"inc\",\"params\":{\"key\":\"a\"},\"meta\":{}}"
                  .formatted(id));
        }
        for (int _ : answered) {
          JsonNode reply = peer.readJson();
          seen.add(reply.get("id").asInt());
          value = reply.get("result").get("value").asInt();
        }
        peer.halfClose().expectClose(); // nothing more comes
      }

      assertThat(seen).isEqualTo(answered);
      assertThat(value)
          .isEqualTo(run.indexOf(answered.getLast()) + 1); // dropped replies had effects
    }
  }

  @Test
  void aDelayIsWaitedForOnTheVirtualLane() throws Exception {
    try (Program served = Program.start("serve", "--port", "0", "--delay", "300ms")) {
      String port = served.line(LISTENING.pattern()).group(2);
      served.line(
          "faults: delay 300 ms, dropped requests 0\\.0, dropped replies 0\\.0; seed [0-9]+");
      String[] call = {"call", "--timeout", "100ms", "127.0.0.1:" + port, "add", "a=1", "b=2"};
      assertThat(Run.tern(call).code()).isEqualTo(70); // TIMEOUT
      call[2] = "60s";
      assertThat(Run.tern(call)).isEqualTo(new Run(0, "3\n", ""));
    }
  }

  @Test
  void itSaysWhatIsKept() throws Exception {
    String[] options = {"serve", "--port", "0", "--window", "90s", "--memory-entries", "4"};
    try (Program served = Program.start(options)) {
      String port =
          served
              .line(
                  "listening on 127\\.0\\.0\\.1:([0-9]+) \\(netty, virtual lane\\); outcomes of inc"
                      + " are kept for 90s, 4 of one caller; Ctrl-C stops")
              .group(1);
      // Callers without a name share a quarter of that.
      String[] call = "call --effect once --retries 0 ADDRESS inc key=a".split(" ");
      call[5] = "127.0.0.1:" + port;
      assertThat(Run.tern(call).code()).isZero();
      Run second = Run.tern(call);
      assertThat(second.code()).isEqualTo(71); // SERVER_BUSY
      assertThat(second.err()).contains("no more operations of this caller", "retry_after_ms");
    }
  }

  @Test
  void tenMinutesAreKeptIfNothingIsSaid() throws Exception {
    try (Program served = Program.start("serve", "--port", "0")) {
      served.line("listening on .*; outcomes of inc are kept for 10m; Ctrl-C stops");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--queue 5       | --queue without --max-running (expected: both, or neither)",
        "--adaptive      | --adaptive without --max-running (expected: both, or neither)",
        "--fair-share 1  | --fair-share without --max-running (expected: both, or neither)",
        "--max-running 9 --fair-share 0 | --fair-share: 0 (expected: more than 0, at most 1)",
        "--max-running 0 | --max-running: 0 (expected: at least 1)"
      })
  void aLimitThatIsNoneIsRefused(String options, String message) {
    List<String> arguments = new ArrayList<>(List.of("serve", "--port", "0"));
    arguments.addAll(List.of(options.split(" ", -1)));
    assertThat(Run.tern(arguments.toArray(String[]::new)))
        .isEqualTo(new Run(1, "", "tern serve: " + message + "\nSee tern serve --help.\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--encodings json         | json",
        "--encodings none         | json",
        "--encodings json,msgpack | json,msgpack",
        "--encodings msgpack      | json,msgpack",
      })
  void speaksTheEncodingsThatItIsTold(String options, String spoken) throws Exception {
    try (Served served = Served.start(options.split(" "));
        ThreadsTransport transport = new ThreadsTransport();
        Client client = Client.builder(transport).connect("127.0.0.1", served.port())) {
      String hello = client.call("rpc.hello", null, EncodedJson.class).toString();
      String quoted = "\"" + spoken.replace(",", "\",\"") + "\"";
      assertThat(hello).contains("\"encodings\":[" + quoted + "]");
    }
  }

  @Test
  void readsTheCompressionsThatItIsTold() throws Exception {
    try (Served served = Served.start("--compress", "zstd,gzip");
        ThreadsTransport transport = new ThreadsTransport();
        Client client = Client.builder(transport).connect("127.0.0.1", served.port())) {
      assertThat(client.call("rpc.hello", null, EncodedJson.class).toString())
          .contains("\"compressions\":[\"zstd\",\"gzip\"]");
    }
    assertThat(Run.tern("serve", "--port", "0", "--compress", "gzip,br").err())
        .contains("\"br\" (expected: one of gzip");
  }

  @ParameterizedTest
  @ValueSource(strings = {"smoke", "json,smoke", "json,", "none,json"})
  void anEncodingThatIsNotThereIsRefused(String labels) {
    Run run = Run.tern("serve", "--port", "0", "--encodings", labels);
    assertThat(run.err())
        .contains("Invalid value for option '--encodings'")
        .contains("(expected: one of json, msgpack");
    assertThat(run.code()).isEqualTo(1);
  }

  @Test
  void whatExceedsItsLimitIsBusy() throws Exception {
    String[] options = {
      "serve", "--port", "0", "--max-running", "1", "--queue", "0", "--delay", "1m"
    };
    try (Program served = Program.start(options);
        ThreadsTransport transport = new ThreadsTransport()) {
      int port = Integer.parseInt(served.line("listening on .*:([0-9]+) .*").group(1));
      Method<Add, Long> add = Method.of("add", Add.class, Long.class);
      try (Client client =
          Client.builder(transport)
              .retry(RetryPolicy.NONE)
              .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
        CompletableFuture<Long> one = client.callAsync(add, new Add(1, 2));
        CompletableFuture<Long> other = client.callAsync(add, new Add(1, 2));
        assertThat(CompletableFuture.anyOf(one, other))
            .failsWithin(Duration.ofSeconds(60))
            .withThrowableThat()
            .withMessageContaining("too many calls run and wait at this server");
      }
    }
  }

  @Test
  void oneCallerMayHaveNoMoreThanItsShare() throws Exception {
    String limit = "--max-running 2 --queue 2 --fair-share 0.5 --delay 1m";
    String[] options = ("serve --port 0 --stats " + limit).split(" ", -1);
    try (Program served = Program.start(options);
        ThreadsTransport transport = new ThreadsTransport()) {
      int port = Integer.parseInt(served.line("listening on .*:([0-9]+) .*").group(1));
      Method<Add, Long> add = Method.of("add", Add.class, Long.class);
      try (Client client =
          Client.builder(transport)
              .retry(RetryPolicy.NONE)
              .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
        var calls = Stream.generate(() -> client.callAsync(add, new Add(1, 2))).limit(3).toList();
        assertThat(CompletableFuture.anyOf(calls.toArray(CompletableFuture<?>[]::new)))
            .as("one runs, one waits, one is refused")
            .failsWithin(Duration.ofSeconds(60))
            .withThrowableThat()
            .withMessageContaining("too many calls run and wait at this server");
        assertThat(client.call("rpc.stats", null, EncodedJson.class).toString())
            .contains("\"refused_share\":1");
      }
    }
  }

  @Test
  void aDelayOnTheInlineLaneIsRefused() {
    Run run = Run.tern("serve", "--port", "0", "--lane", "inline", "--delay", "1s");
    assertThat(run)
        .isEqualTo(
            new Run(
                1,
                "",
                "tern serve: --delay with --lane inline"
                    + " (expected: --lane virtual; an inline method must not block)\n"
                    + "See tern serve --help.\n"));
  }
}
