package dev.tern.protocol.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.envelope.EnvelopeScanner;
import dev.tern.protocol.envelope.Message;
import dev.tern.protocol.value.MalformedException;
import dev.tern.protocol.value.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Mutated texts, read here and by Jackson: the two must agree on every one of them. */
class JsonFuzzTest {
  private static final int ROUNDS = Integer.getInteger("tern.fuzz.rounds", 100_000);

  /** Set it to repeat a failure, or to try something new. */
  private static final long SEED = Long.getLong("tern.fuzz.seed", 20_260_101L);

  /** Small, so that mutation meets it. */
  private static final int DEPTH = 8;

  private static final Limits LIMITS =
      Limits.DEFAULT.with(Bound.FRAME_BYTES, 1 << 20).with(Bound.DEPTH, DEPTH);

  private final Mutants mutants = new Mutants(new Random(SEED), seeds());

  @Test
  void agreesWithJacksonOnEveryText(TestReporter reporter) {
    reporter.publishEntry("seed", Long.toString(SEED));
    JsonWalk walk = new JsonWalk(LIMITS);
    JacksonOracle oracle = new JacksonOracle(DEPTH);
    int accepted = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] json = mutants.next();
      String expected = oracle.read(json);
      String found = walk.read(json);
      boolean skipped = walk.skips(json);
      if (skipped != (expected != null) || !Objects.equals(found, expected)) {
        assertThat(found).as(what(round, json)).isEqualTo(expected);
        assertThat(skipped).as(what(round, json)).isEqualTo(expected != null);
      }
      if (expected != null) {
        accepted++;
      }
    }
    // Mutants of one kind only would test one half.
    assertThat(accepted).isBetween(ROUNDS / 20, ROUNDS - ROUNDS / 20);
  }

  @Test
  void theScannerTakesAnyBytes(TestReporter reporter) {
    reporter.publishEntry("seed", Long.toString(SEED));
    JsonWalk walk = new JsonWalk(LIMITS);
    EnvelopeScanner scanner = new EnvelopeScanner(LIMITS, Names.of("add"));
    for (int round = 0; round < ROUNDS; round++) {
      byte[] json = mutants.next();
      Message message;
      try {
        message = scanner.scan(json, 0, json.length, false);
      } catch (MalformedException e) {
        boolean object = walk.skips(json) && new String(json, ISO_8859_1).strip().startsWith("{");
        assertThat(object).as(what(round, json)).isFalse();
        continue;
      }
      assertThat(walk.skips(json)).as(what(round, json)).isTrue();
      Bytes value =
          switch (message) {
            case Message.Request request -> request.params();
            case Message.Response response -> response.result();
            case Message.Malformed _ -> null;
          };
      byte[] slice =
          message instanceof Message.Malformed malformed
              ? malformed.error().details()
              : value == null ? null : value.toByteArray();
      assertThat(slice == null || walk.skips(slice)).as(what(round, json)).isTrue();
    }
  }

  private static List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    for (String line : Corpus.lines("/strict/accept.txt")) {
      seeds.add(Corpus.bytes(line));
    }
    for (String line : Corpus.lines("/envelope/table.txt")) {
      if (!line.startsWith("=>")) {
        seeds.add(Corpus.bytes(line));
      }
    }
    return seeds;
  }

  private static String what(int round, byte[] json) {
    return "seed " + SEED + ", round " + round + ": " + new String(json, ISO_8859_1);
  }
}
