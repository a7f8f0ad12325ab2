package dev.tern.protocol.session;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tern.protocol.script.Script;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Conversations, each of which shows one rule, however the network cuts the bytes. */
class SessionScriptsTest {
  private static final long SEED = 20_261_121;
  private static final int RANDOM_CUTS = 10;

  static List<Script> scripts() throws IOException, URISyntaxException {
    Path folder =
        Path.of(requireNonNull(SessionScriptsTest.class.getResource("/sessions")).toURI());
    List<Script> scripts = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        scripts.add(Script.read(file));
      }
    }
    assertThat(scripts).hasSizeGreaterThan(40);
    return scripts;
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void inOneRead(Script script) {
    new ScriptedServer(script, left -> left).play();
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void byteByByte(Script script) {
    new ScriptedServer(script, left -> 1).play();
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void inRandomReads(Script script) {
    for (long seed = SEED; seed < SEED + RANDOM_CUTS; seed++) {
      Random random = new Random(seed);
      try {
        new ScriptedServer(script, left -> 1 + random.nextInt(Math.min(left, 40))).play();
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  /** The player itself must not nod things through. */
  @Test
  void aScriptThatExpectsLessThanHappensFails() {
    Script script = Script.of("lax", List.of("> " + "{\"id\":1,\"method\":\"rpc.ping\"}"));
    ScriptedServer server = new ScriptedServer(script, left -> left);
    assertThatThrownBy(server::play)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("frames that no line expects");
  }
}
