package dev.tern.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gives each target all inputs that the fuzzer has kept: what held then holds now. */
final class CorpusTest {
  private static final Path CORPUS = Path.of("corpus");

  private static final Map<String, Consumer<byte[]>> TARGETS =
      Map.of(
          "FrameTarget", FrameTarget::fuzzerTestOneInput,
          "EnvelopeTarget", EnvelopeTarget::fuzzerTestOneInput,
          "ServerTarget", ServerTarget::fuzzerTestOneInput,
          "ClientTarget", ClientTarget::fuzzerTestOneInput,
          "ParamsTarget", ParamsTarget::fuzzerTestOneInput,
          "MessagePackTarget", MessagePackTarget::fuzzerTestOneInput,
          "ProtobufTarget", ProtobufTarget::fuzzerTestOneInput,
          "MessageTarget", MessageTarget::fuzzerTestOneInput,
          "CompressionTarget", CompressionTarget::fuzzerTestOneInput);

  static Stream<String> targets() {
    return TARGETS.keySet().stream().sorted();
  }

  /** An input a line, in Base64. */
  private static List<String> inputs(String target) throws IOException {
    return Files.readAllLines(CORPUS.resolve(target + ".txt"));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void holdsForAllThatIsKept(String target) throws IOException {
    List<String> inputs = inputs(target);
    assertThat(inputs).isNotEmpty();
    for (String input : inputs) {
      try {
        TARGETS.get(target).accept(Base64.getDecoder().decode(input));
      } catch (RuntimeException | Error e) { // whatever it is, the input must be named
        throw new AssertionError(input + ": " + e, e);
      }
    }
  }

  @Test
  void eachTargetHasACorpusAndEachCorpusATarget() throws IOException {
    try (Stream<Path> files = Files.list(CORPUS)) {
      assertThat(files.map(file -> String.valueOf(file.getFileName()).replace(".txt", "")))
          .containsExactlyInAnyOrderElementsOf(TARGETS.keySet());
    }
  }
}
