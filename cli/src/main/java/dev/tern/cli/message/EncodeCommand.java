package dev.tern.cli.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.cli.options.Arguments;
import dev.tern.cli.terminal.ExitCode;
import dev.tern.cli.terminal.Input;
import dev.tern.cli.terminal.Terminal;
import dev.tern.cli.terminal.Version;
import dev.tern.cli.terminal.WrongUsage;
import dev.tern.core.binding.FoundEncodings;
import dev.tern.protocol.Limits;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a message as the bytes that travel. */
@Command(
    name = "encode",
    description = "Writes a message, given as JSON, as the bytes that travel.",
    customSynopsis = "tern encode [OPTIONS] [JSON | @FILE | -]",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "The message is one JSON object, or for a batch an array of them, read strictly. In JSON",
      "it stays as it is written.",
      "A terminal gets hexadecimal digits, a file or a pipe the bytes themselves.",
      "",
      "Exit code: 0 if it was written, 1 if not, 3 if stdout did not take it.",
      "",
      "Examples:",
      "  tern encode --encoding msgpack '{\"id\":1,\"ok\":true,\"result\":3}'",
      "  tern encode --encoding msgpack --frame --raw @request.json > request.bin",
      "  tern encode --encoding msgpack @request.json | tern decode"
    })
@SuppressWarnings("FieldCanBeFinal") // picocli sets the options
public final class EncodeCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "JSON|@FILE|-",
      description = "the message; - for standard input, the default")
  private String input = "-";

  @Option(
      names = "--encoding",
      paramLabel = "LABEL",
      converter = Arguments.OfEncoding.class,
      description = "in which encoding, such as msgpack (default: json)")
  private String encoding = "json";

  @Option(names = "--frame", description = "with the length before it, in four bytes")
  private boolean isFrame;

  @ArgGroup private @Nullable Form form;

  /** How bytes are written. */
  private static final class Form {
    @Option(names = "--hex", description = "write hexadecimal digits, whoever reads them")
    private boolean isHex;

    @Option(names = "--raw", description = "write the bytes themselves, whoever reads them")
    private boolean isRaw;
  }

  public EncodeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    byte[] bytes;
    try {
      bytes = MessageWriter.write(json(), FoundEncodings.of(encoding));
    } catch (IllegalArgumentException e) {
      throw new WrongUsage(String.valueOf(e.getMessage()));
    }
    if (isFrame) {
      bytes =
          ByteBuffer.allocate(Limits.PREFIX_BYTES + bytes.length)
              .putInt(bytes.length)
              .put(bytes)
              .array();
    }
    if (isHex()) {
      terminal.out().println(HexText.write(bytes));
    } else {
      terminal.out().writeBytes(bytes);
      terminal.out().flush();
    }
    return ExitCode.OK;
  }

  private boolean isHex() {
    Form said = form;
    return said == null ? terminal.isInteractive() : said.isHex && !said.isRaw;
  }

  private byte[] json() {
    if (input.equals("-")) {
      return Input.all(terminal.in(), "message");
    }
    return input.startsWith("@")
        ? Input.file(input.substring(1), "message")
        : input.getBytes(UTF_8);
  }
}
