package dev.tern.testkit.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.transport.Connection;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Part 3 of the contract: a side that does not read, and a side that waits for room. */
abstract class BackpressureContract extends SerialContextContract {

  private static final int CHUNK_BYTES = 64 << 10;

  /** A link whose accepted side pauses with its first bytes. */
  Link linkToPausing() {
    return link(
        client -> client,
        server -> server.uponBytes((connection, bytes) -> connection.pauseReading()));
  }

  /** Writes all in one task, so that the backlog falls only when the peer reads on. */
  private static void flood(Link link, byte[] bytes) {
    byte[][] chunks = new byte[bytes.length / CHUNK_BYTES][];
    for (int i = 0; i < chunks.length; i++) {
      chunks[i] = Arrays.copyOfRange(bytes, i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES);
    }
    link.client().send(chunks);
    link.server().awaitBytes(1);
    link.server().run(connection -> {}); // the handler has paused
  }

  static void readOn(Recorder reader) {
    reader.run(
        connection -> {
          reader.uponBytes((same, bytes) -> {});
          connection.resumeReading();
        });
  }

  @Test
  void writingNeverBlocksWhileThePeerDoesNotRead() {
    Link link = linkToPausing();

    for (int sent = 0; sent < FLOOD_BYTES; sent += CHUNK_BYTES) {
      link.client().send(new byte[CHUNK_BYTES]);
    }

    assertThat(link.client().unsentBytes()).isPositive();
    assertThat(link.client().<Long>ask(client -> client.unsentBytes() + client.sentBytes()))
        .isEqualTo(FLOOD_BYTES);
  }

  @Test
  void afterAPauseAtMostOneChunkArrives() {
    Link link = linkToPausing();

    flood(link, new byte[FLOOD_BYTES]);
    letOthersRun();

    // The chunk that brought the pause, and one more.
    assertThat(link.server().count()).isLessThanOrEqualTo(2 * CHUNK_BYTES);
    assertThat(link.client().unsentBytes()).isPositive();
  }

  @Test
  void afterResumingNothingIsLost() {
    byte[] sent = randomBytes(FLOOD_BYTES);
    Link link = linkToPausing();
    flood(link, sent);

    readOn(link.server());

    assertThat(link.server().awaitBytes(FLOOD_BYTES)).as("seed %d", SEED).isEqualTo(sent);
  }

  @Test
  void pausingAndResumingAtEachChunkLosesNothing() {
    byte[] sent = randomBytes(MIB);
    Link link =
        link(
            client -> client,
            server ->
                server.uponBytes(
                    (connection, bytes) -> {
                      connection.pauseReading();
                      Thread.ofVirtual().start(() -> connection.execute(connection::resumeReading));
                    }));

    link.client().send(sent);

    assertThat(link.server().awaitBytes(MIB)).as("seed %d", SEED).isEqualTo(sent);
  }

  @Test
  void pausingTwiceIsUndoneByResumingOnce() {
    Link link = link();
    link.server()
        .run(
            connection -> {
              connection.pauseReading();
              connection.pauseReading();
            });
    link.server().run(Connection::resumeReading);

    link.client().send(new byte[100_000]);

    assertThat(link.server().awaitBytes(100_000)).hasSize(100_000);
  }

  @Test
  void aBacklogDoesNotKeepOthersBytesFromArriving() {
    Link link = linkToPausing();
    flood(link, new byte[FLOOD_BYTES]);

    link.server().send(new byte[MIB]);

    assertThat(link.client().awaitBytes(MIB)).hasSize(MIB);
    assertThat(link.client().unsentBytes()).isPositive();
  }

  @Test
  void progressIsToldOnceWhenTheBacklogFalls() {
    Link link = linkToPausing();
    flood(link, new byte[FLOOD_BYTES]);
    assertThat(link.client().unsentBytes()).isGreaterThan(Connection.SEND_PROGRESS_BYTES);
    assertThat(link.client().progress()).isZero();

    readOn(link.server());

    link.client().awaitProgress(1);
    link.server().awaitBytes(FLOOD_BYTES);
    assertThat(link.client().progress()).isEqualTo(1);
  }

  @Test
  void progressIsToldAgainForTheNextBacklog() {
    Link link = link();

    for (int round = 1; round <= 3; round++) {
      link.client().send(new byte[Connection.SEND_PROGRESS_BYTES]);
      link.client().awaitProgress(round);
    }

    link.server().awaitBytes(3 * Connection.SEND_PROGRESS_BYTES);
    assertThat(link.client().progress()).isEqualTo(3);
  }

  @Test
  void whoeverIsToldOfProgressMayWriteOn() {
    byte[] block = new byte[2 * Connection.SEND_PROGRESS_BYTES];
    int[] left = {5};
    Link link =
        link(
            client ->
                client.uponProgress(
                    connection -> {
                      if (left[0]-- > 0) {
                        connection.write(block.clone());
                        connection.flush();
                      }
                    }),
            server -> server);

    link.client().send(block.clone());

    link.server().awaitBytes(6 * block.length);
    link.client().awaitProgress(6);
  }

  @Test
  void aSmallBacklogIsNotToldOf() {
    Link link = link();

    link.client().send(new byte[Connection.SEND_PROGRESS_BYTES - 1]);

    link.server().awaitBytes(Connection.SEND_PROGRESS_BYTES - 1);
    Recorder.eventually("all sent", () -> link.client().unsentBytes() == 0);
    assertThat(link.client().progress()).isZero();
  }
}
