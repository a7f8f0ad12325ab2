package dev.tern.testkit.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Part 1 of the contract: bytes arrive complete and in order. */
abstract class TransferContract extends ContractFixture {

  @Test
  void oneByteArrives() {
    Link link = link();

    link.client().send(new byte[] {42});

    assertThat(link.server().awaitBytes(1)).containsExactly(42);
  }

  @Test
  void oneMebibyteArrivesWhole() {
    byte[] sent = randomBytes(MIB);
    Link link = link();

    link.client().send(sent);

    assertThat(link.server().awaitBytes(MIB)).isEqualTo(sent);
  }

  @Test
  void theAcceptedSideSendsAsWell() {
    byte[] sent = randomBytes(MIB);
    Link link = link();

    link.server().send(sent);

    assertThat(link.client().awaitBytes(MIB)).isEqualTo(sent);
  }

  @Test
  void manyWritesUnderOneFlushKeepTheirOrder() {
    byte[] all = randomBytes(100_000);
    byte[][] frames = new byte[1_000][];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = Arrays.copyOfRange(all, i * 100, i * 100 + 100);
    }
    Link link = link();

    link.client().send(frames);

    assertThat(link.server().awaitBytes(all.length)).isEqualTo(all);
  }

  @Test
  void anEmptyWriteIsNothing() {
    Link link = link();

    link.client().send(new byte[0], new byte[] {1}, new byte[0], new byte[] {2});

    assertThat(link.server().awaitBytes(2)).containsExactly(1, 2);
  }

  @Test
  void writtenBytesWaitForTheFlush() {
    Link link = link();
    link.client().run(connection -> connection.write(new byte[100]));

    letOthersRun();

    assertThat(link.client().unsentBytes()).isEqualTo(100);
    assertThat(link.client().sentBytes()).isZero();
    assertThat(link.server().count()).isZero();
  }

  @Test
  void randomSizesBothWaysAtOnce() {
    byte[] sent = randomBytes(8 * MIB);
    List<byte[]> pieces = pieces(sent);
    Link link = link();
    Thread other = Thread.ofPlatform().start(() -> sendEach(link.server(), pieces));

    sendEach(link.client(), pieces);

    assertThat(link.server().awaitBytes(sent.length)).as("seed %d", SEED).isEqualTo(sent);
    assertThat(link.client().awaitBytes(sent.length)).as("seed %d", SEED).isEqualTo(sent);
    join(other);
  }

  @Test
  void everythingIsEchoedWhileMoreIsSent() {
    byte[] sent = randomBytes(8 * MIB);
    try (Server server = echoServer()) {
      Recorder client = connect(server.address());

      sendEach(client, pieces(sent));

      assertThat(client.awaitBytes(sent.length)).as("seed %d", SEED).isEqualTo(sent);
    }
  }

  @Test
  void aLongInputIsHandedOverInBursts() {
    Link link = link();

    link.client().send(new byte[4 * MIB]);

    link.server().awaitBytes(4 * MIB);
    // The length of each burst is checked by the recorder.
    Recorder.eventually("64 bursts of at most 64 KiB", () -> link.server().readsCompleted() >= 64);
  }

  @Test
  void sentAndUnsentBytesAreCounted() {
    Link link = link();

    link.client().send(new byte[1_000], new byte[300_000]);

    link.server().awaitBytes(301_000);
    Recorder.eventually("301000 sent", () -> link.client().sentBytes() == 301_000);
    assertThat(link.client().unsentBytes()).isZero();
  }

  @Test
  void connectionsDoNotMix() {
    try (Server server = echoServer()) {
      List<Recorder> clients = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        clients.add(connect(server.address()));
      }
      for (int i = 0; i < clients.size(); i++) {
        clients.get(i).send(new byte[] {(byte) i, (byte) i});
      }
      for (int i = 0; i < clients.size(); i++) {
        assertThat(clients.get(i).awaitBytes(2)).containsExactly(i, i);
      }
    }
  }

  private static void sendEach(Recorder sender, List<byte[]> pieces) {
    for (byte[] piece : pieces) {
      sender.send(piece.clone());
    }
  }

  /** Cuts into pieces of 1 byte to 100 KB, small ones more often. */
  private static List<byte[]> pieces(byte[] whole) {
    Random random = new Random(SEED);
    List<byte[]> pieces = new ArrayList<>();
    for (int at = 0; at < whole.length; ) {
      int size = Math.min(whole.length - at, 1 + random.nextInt(1 + random.nextInt(100_000)));
      pieces.add(Arrays.copyOfRange(whole, at, at + size));
      at += size;
    }
    return pieces;
  }

  static void join(Thread thread) {
    try {
      assertThat(thread.join(Duration.ofSeconds(Recorder.WAIT_SECONDS)))
          .as("%s has ended", thread)
          .isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
  }
}
