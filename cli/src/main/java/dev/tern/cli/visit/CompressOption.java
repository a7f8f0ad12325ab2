package dev.tern.cli.visit;

import dev.tern.cli.options.Arguments;
import dev.tern.cli.terminal.WrongUsage;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.client.ClientBuilder;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.compress.Compressions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** By what a command's messages are compressed. */
@SuppressWarnings("FieldCanBeFinal") // picocli sets the options
public final class CompressOption {
  @Option(
      names = "--compress",
      paramLabel = "COMPRESSION",
      converter = Arguments.OfCompression.class,
      description =
          "compress what is 1 KiB and longer, such as by gzip, where the server reads that"
              + " (default: nothing is); a call with a token is not, its result is")
  private @Nullable String label;

  /**
   * Sets it.
   *
   * @throws WrongUsage in a dialect in which a server does not say what it reads
   */
  public ClientBuilder set(ClientBuilder builder, Dialect dialect) {
    if (label == null) {
      return builder;
    }
    if (dialect != Dialect.V1) {
      throw new WrongUsage(
          "--compress %s with --dialect %s (expected: v1, in which a server says what it reads)"
              .formatted(label, dialect.label()));
    }
    return builder.compressions(label);
  }

  /**
   * Makes sure, for params that are worth it, that the server has said what it reads: that comes
   * behind its first reply, and before its second.
   */
  public void prepare(Client client, byte @Nullable [] params, CallOptions options) {
    if (label != null && params != null && params.length >= Compressions.LEAST_BYTES) {
      client.callEncoded("rpc.ping", null, options);
      client.callEncoded("rpc.ping", null, options);
    }
  }
}
