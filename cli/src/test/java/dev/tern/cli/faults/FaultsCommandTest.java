package dev.tern.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.cli.Program;
import dev.tern.cli.Run;
import dev.tern.cli.serve.DemoService;
import dev.tern.core.Lane;
import dev.tern.core.server.Server;
import dev.tern.testkit.FaultProxy;
import dev.tern.testkit.ScriptedPeer;
import dev.tern.transport.threads.ThreadsTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@Timeout(120)
class FaultsCommandTest {
  private static final int CALLS = 30;

  private static String request(int id) {
    return "{\"id\":%d,\"method\":\"inc\",\"params\":{\"key\":\"a\"},\"meta\":{}}".formatted(id);
  }

  /** Server, proxy and client: exactly the frames are lost that the seed says. */
  @Test
  void aSeedLosesTheSameRequestsEachTime() throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    List<Integer> kept = new ArrayList<>();
    for (int id = 1; id <= CALLS; id++) {
      if (random.nextDouble() >= 0.5) {
        kept.add(id);
      }
    }
    try (ThreadsTransport transport = new ThreadsTransport();
        Server server = DemoService.offer(Server.builder(transport), Lane.INLINE).listen(0);
        Program faults =
            Program.start(
                "faults",
                "--listen",
                "127.0.0.1:0",
                "--to",
                "127.0.0.1:" + server.port(),
                "--loss",
                "0.5",
                "--seed",
                "7")) {
      int port =
          Integer.parseInt(
              faults
                  .line("listening on 127\\.0\\.0\\.1:([0-9]+), to 127.*:[0-9]+; Ctrl-C stops")
                  .group(1));
      faults.line("faults: loss 0\\.5; seed 7");
      List<Integer> answered = new ArrayList<>();
      try (ScriptedPeer peer =
          ScriptedPeer.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
        for (int id = 1; id <= CALLS; id++) {
          peer.sendFrame(request(id));
        }
        for (int _ : kept) {
          answered.add(peer.readJson().get("id").asInt());
        }
        peer.halfClose().expectClose(); // nothing more comes
      }

      assertThat(answered).isEqualTo(kept);
      assertThat(faults.stop())
          .startsWith("connections: 1 (lost 0, refused 0, cut 0); to server: ")
          .contains(
              "to server: %d frames came, %d lost, 0 twice"
                  .formatted(kept.size(), CALLS - kept.size()),
              "to client: %d frames came, 0 lost, 0 twice".formatted(kept.size()));
      assertThat(faults.exitCode()).isZero();
    }
  }

  @Test
  void aSeedIsDrawnAndPrinted() throws Exception {
    try (Program faults =
        Program.start("faults", "--listen", "127.0.0.1:0", "--to", "localhost:1")) {
      faults.line("listening on 127\\.0\\.0\\.1:[0-9]+, to localhost:1; Ctrl-C stops");
      faults.line("faults: none; seed [0-9]+");
    }
  }

  @Test
  void eachFaultCanBeSet() throws Exception {
    String[] all =
        ("--latency 50ms --jitter 20ms --loss 0.1 --loss-replies .25 --duplicate 0.05"
                + " --bandwidth 10k --reset-after 2m --lose-connections 1 --slow-close 1s"
                + " --black-hole")
            .split(" ");
    FaultOptions options = CommandLine.populateCommand(new FaultOptions(), all);

    assertThat(options)
        .hasToString(
            "latency 50 ms, jitter 20 ms, loss 0.1, loss of replies 0.25, duplicates 0.05,"
                + " bytes a second 10000, reset after bytes 2000000, lost connections 1.0,"
                + " slow close 1000 ms, black hole");
    try (ScriptedPeer.Server listening = ScriptedPeer.listen();
        FaultProxy proxy = FaultProxy.to(listening.address())) {
      options.applyTo(proxy, 7);
      try (Socket socket = new Socket()) {
        socket.connect(proxy.address());
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(IOException.class);
      } catch (IOException e) {
        // It was reset while it still connected.
      }
      assertThat(proxy.counts().lostConnections()).isEqualTo(1);
    }
  }

  @Test
  void aPortInUseIsSaidAsServeSaysIt() throws Exception {
    try (ScriptedPeer.Server taken = ScriptedPeer.listen()) {
      String address = "127.0.0.1:" + taken.address().getPort();
      assertThat(Run.tern("faults", "--listen", address, "--to", "127.0.0.1:1"))
          .isEqualTo(
              new Run(
                  1, "", "tern faults: cannot listen on " + address + ": the port is in use\n"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"faults", "serve"})
  void theHelpSaysWhatASeedKeeps(String command) {
    assertThat(Run.tern(command, "--help").out().replaceAll("\\s+", " "))
        .contains("the same seed hits the same of calls that come one after the other");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--to 127.0.0.1:1 | Missing required option: '--listen=HOST:PORT'",
        "--listen 127.0.0.1:0 | Missing required option: '--to=HOST:PORT'",
        "--listen 127.0.0.1:0 --to 127.0.0.1:1 --loss 2 | \"2\" (expected: a share from 0 to 1",
        "--listen 127.0.0.1:0 --to 127.0.0.1:1 --loss 1.5 | \"1.5\" (expected: a share from 0",
        "--listen 127.0.0.1:0 --to 127.0.0.1:1 --bandwidth 0 | \"0\" (expected: bytes from 1 on",
        "--listen 127.0.0.1:0 --to 127.0.0.1:1 --seed x | \"x\" (expected: a whole number",
        "--listen 127.0.0.1:0 --to 127.0.0.1:0 | \"127.0.0.1:0\" (expected: HOST:PORT with a port",
        "--listen 203.0.113.5:1 --to 127.0.0.1:1 | tern faults: cannot listen on 203.0.113.5:1: not an address of this machine",
        "--listen no.such.host.invalid:1 --to 127.0.0.1:1 | tern faults: cannot listen on no.such.host.invalid:1: the host is unknown",
      })
  void whatDoesNotFitIsSaidInPlainWords(String line, String words) {
    Run run = Run.tern(("faults " + line).split(" "));
    assertThat(run.err()).contains(words).doesNotContain("\tat ");
    assertThat(run.code()).isEqualTo(1);
  }
}
