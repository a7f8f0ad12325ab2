package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A second machine with a cable to this one: a network namespace, which Linux lets root make, by
 * {@code ip} of iproute2. When the cable is pulled out at the other end, this end stays up: what is
 * sent is lost without a word.
 */
final class FarMachine implements AutoCloseable {
  /** Of 198.18.0.0/15, which is for such networks; four addresses a process. */
  private static final int NETWORKS = 1 << 15;

  private final String name;
  private final String cable;
  private final String here;
  private final String there;

  private FarMachine(long process) {
    int network = (int) (process % NETWORKS) * 4;
    String prefix = "198." + (18 + (network >> 16)) + "." + (network >> 8 & 255) + ".";
    name = "tern-" + process;
    cable = "tern" + process;
    here = prefix + ((network & 255) + 1);
    there = prefix + ((network & 255) + 2);
  }

  /** Makes one, or skips the test where that cannot be. */
  static FarMachine orSkip() throws IOException, InterruptedException {
    FarMachine machine = new FarMachine(ProcessHandle.current().pid());
    machine.close(); // what a process of the same number has left, should it have been killed
    try {
      machine.connect();
      return machine;
    } catch (NotHere e) {
      machine.close();
      abort("skipped, as it needs network namespaces, of root on Linux: " + e.getMessage());
      throw e;
    }
  }

  /** The cause why there can be none on this machine. */
  private static final class NotHere extends IOException {
    private static final long serialVersionUID = 1L;

    NotHere(String message) {
      super(message);
    }
  }

  private void connect() throws NotHere, InterruptedException {
    need("ip", "netns", "add", name);
    need("ip", "link", "add", cable, "type", "veth", "peer", "name", "far", "netns", name);
    need("ip", "address", "add", here + "/30", "dev", cable);
    need("ip", "link", "set", cable, "up");
    need("ip", "-n", name, "address", "add", there + "/30", "dev", "far");
    need("ip", "-n", name, "link", "set", "far", "up");
  }

  private static void need(String... command) throws NotHere, InterruptedException {
    Said said;
    try {
      said = run(command);
    } catch (IOException e) {
      throw new NotHere(e.getMessage() + " (expected: iproute2, a package of that name)");
    }
    if (said.status() != 0) {
      throw new NotHere(String.join(" ", command) + ": " + said.words());
    }
  }

  /** The address of this end. */
  String here() {
    return here;
  }

  /** The address of the other end. */
  String there() {
    return there;
  }

  /** A command that runs there. */
  List<String> command(List<String> command) {
    List<String> there = new ArrayList<>(List.of("ip", "netns", "exec", name));
    there.addAll(command);
    return there;
  }

  /** Pulls the cable out: nothing arrives any more, in neither direction. */
  void pull() throws IOException, InterruptedException {
    must("ip", "-n", name, "link", "set", "far", "down");
  }

  /** Plugs it in again. */
  void plug() throws IOException, InterruptedException {
    must("ip", "-n", name, "link", "set", "far", "up");
  }

  /** What is sent there to here is dropped from now on; what is sent there arrives. */
  void dropWhatComes() throws IOException, InterruptedException {
    must("ip", "-n", name, "route", "add", "blackhole", here + "/32");
  }

  /** It arrives again. */
  void letCome() throws IOException, InterruptedException {
    must("ip", "-n", name, "route", "del", "blackhole", here + "/32");
  }

  private static void must(String... command) throws IOException, InterruptedException {
    Said said = run(command);
    assertThat(said.status()).as("%s: %s", String.join(" ", command), said.words()).isZero();
  }

  private record Said(int status, String words) {}

  private static Said run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String words = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Said(process.waitFor(), words.strip());
  }

  /** Takes both away. Processes there must have ended. */
  @Override
  public void close() {
    for (List<String> command :
        List.of(List.of("ip", "link", "del", cable), List.of("ip", "netns", "del", name))) {
      try {
        run(command.toArray(String[]::new));
      } catch (IOException e) {
        // There is no such command here, and so nothing to take away.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // the command runs on
      }
    }
  }
}
