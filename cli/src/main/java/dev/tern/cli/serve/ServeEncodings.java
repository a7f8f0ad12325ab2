package dev.tern.cli.serve;

import dev.tern.cli.options.Arguments;
import dev.tern.core.server.ServerBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which encodings a server speaks, and which compressions. */
@SuppressWarnings("FieldCanBeFinal") // picocli sets the options
final class ServeEncodings {
  @Option(
      names = "--encodings",
      paramLabel = "LABEL,...",
      converter = Arguments.OfEncodings.class,
      description =
          "which encodings it speaks: json, which it always does, and others, such as json,msgpack;"
              + " none: no others (default: all that are there)")
  private @Nullable List<String> labels;

  @Option(
      names = "--compress",
      paramLabel = "COMPRESSION,...",
      converter = Arguments.OfCompressions.class,
      description =
          "which compressions it reads, and writes for clients that read them, the best first, such"
              + " as zstd,gzip (default: none)")
  private List<String> compressions = List.of();

  /** Sets what was chosen. */
  void set(ServerBuilder builder) {
    if (labels != null) {
      builder.encodings(labels.toArray(String[]::new));
    }
    builder.compressions(compressions.toArray(String[]::new));
  }
}
