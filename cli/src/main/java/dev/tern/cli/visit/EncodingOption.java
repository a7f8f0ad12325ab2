package dev.tern.cli.visit;

import dev.tern.cli.options.Arguments;
import dev.tern.cli.terminal.WrongUsage;
import dev.tern.core.client.ClientBuilder;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.json.JsonEncoding;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** In which encoding a command asks. */
@SuppressWarnings("FieldCanBeFinal") // picocli sets the options
public final class EncodingOption {
  @Option(
      names = "--encoding",
      paramLabel = "LABEL",
      converter = Arguments.OfEncoding.class,
      description =
          "how messages are encoded, such as msgpack (default: json); a server that has not got it"
              + " is called in JSON; what is printed is JSON in any case")
  private @Nullable String label;

  /** As it was given; null if it was not. */
  public @Nullable String label() {
    return label;
  }

  /** The option as it was given; empty if it was not. */
  public List<String> given() {
    return label == null ? List.of() : List.of("--encoding", label);
  }

  /**
   * Sets it.
   *
   * @throws WrongUsage in a dialect in which a server does not say what it speaks
   */
  public ClientBuilder set(ClientBuilder builder, Dialect dialect) {
    if (label == null || label.equals(JsonEncoding.JSON.label())) {
      return builder;
    }
    if (dialect != Dialect.V1) {
      throw new WrongUsage(
          "--encoding %s with --dialect %s (expected: v1, in which a server says what it speaks)"
              .formatted(label, dialect.label()));
    }
    return builder.encoding(label);
  }
}
