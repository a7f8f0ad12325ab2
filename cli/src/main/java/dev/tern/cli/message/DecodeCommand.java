package dev.tern.cli.message;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tern.cli.terminal.ExitCode;
import dev.tern.cli.terminal.Input;
import dev.tern.cli.terminal.PrettyJson;
import dev.tern.cli.terminal.Printable;
import dev.tern.cli.terminal.Terminal;
import dev.tern.cli.terminal.Version;
import dev.tern.cli.terminal.WrongUsage;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Tells what captured bytes say. */
@Command(
    name = "decode",
    description = "Tells what captured bytes say, as JSON, in whatever encoding they are.",
    customSynopsis = "tern decode [FILE | HEX ... | -]",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "The bytes are frames, one after the other, each with its length of four bytes",
      "before it, or the payload of one. A file, and standard input, has them as they",
      "are, or as hexadecimal digits: with white space anywhere, or with offsets, as xxd,",
      "hexdump -C, od -A x -t x1 and Wireshark write them.",
      "",
      "The messages go to stdout, everything else to stderr: how long each is, its encoding",
      "and, if it has one, its compression; what is wrong with one that is not sound, and at which byte. Bytes are",
      "told in base64.",
      "",
      "Exit code: 0 if all of it is sound, 1 if not, 3 if stdout did not take it.",
      "",
      "Examples:",
      "  tern decode 82 A2 69 64 01 A2 6F 6B C3",
      "  tern decode capture.bin",
      "  xxd capture.bin | tern decode",
      "  tern encode --encoding msgpack '{\"id\":1,\"method\":\"m\"}' | tern decode"
    })
@SuppressWarnings("FieldCanBeFinal") // picocli sets the options
public final class DecodeCommand implements Callable<Integer> {
  private static final String EXPECTED = "a file, hexadecimal digits, or - for stdin";

  private final Terminal terminal;

  @Parameters(
      arity = "0..*",
      paramLabel = "FILE|HEX|-",
      description = "a file, hexadecimal digits, or - for standard input, the default")
  private List<String> input = new ArrayList<>();

  public DecodeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    byte[] bytes;
    try {
      bytes = bytes();
    } catch (IllegalArgumentException e) {
      throw new WrongUsage(String.valueOf(e.getMessage()));
    }
    if (bytes.length == 0) {
      throw new WrongUsage("no bytes (expected: a frame, or the payload of one)");
    }
    boolean isSound = true;
    for (Frames.Piece piece : Frames.of(bytes)) {
      isSound &= tell(piece);
    }
    return isSound ? ExitCode.OK : ExitCode.WRONG_USAGE;
  }

  private byte[] bytes() {
    String first = input.isEmpty() ? "-" : input.getFirst();
    if (input.size() < 2 && first.equals("-")) {
      return binary(Input.all(terminal.in(), "input"));
    }
    if (input.size() == 1 && isFile(first)) {
      return binary(Input.file(first, "input"));
    }
    String text = String.join(" ", input);
    if (!HexText.isPlain(text) && input.size() == 1) {
      throw new IllegalArgumentException(
          "\"" + first + "\": no such file, and no bytes (expected: " + EXPECTED + ")");
    }
    return HexText.read(text);
  }

  private static boolean isFile(String name) {
    try {
      return Files.exists(Path.of(name));
    } catch (InvalidPathException _) {
      return false;
    }
  }

  /** A payload, or a length, never begins like a text of digits. */
  private static byte[] binary(byte[] read) {
    return isText(read) ? HexText.read(new String(read, US_ASCII)) : read;
  }

  private static boolean isText(byte[] read) {
    boolean any = false;
    for (byte b : read) {
      boolean isSpace = b == ' ' || b == '\t' || b == '\r' || b == '\n';
      if (!isSpace && (b < ' ' || b > '~')) {
        return false;
      }
      if (!any && !isSpace && b != '\\' && Character.digit(b, 16) < 0) {
        return false;
      }
      any |= !isSpace;
    }
    return any;
  }

  /** Whether it is a sound message. */
  private boolean tell(Frames.Piece piece) {
    byte[] payload = piece.payload();
    if (payload == null) {
      terminal.err().println(piece.headline());
      return false;
    }
    Payload read = Payload.read(payload);
    terminal.err().println(piece.headline() + ", " + read.label());
    byte[] json = read.json();
    if (json == null) {
      terminal.err().println("no message: " + Printable.text(read.trouble()));
      return false;
    }
    terminal.out().println(PrettyJson.of(json));
    return true;
  }
}
