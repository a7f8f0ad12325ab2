package dev.tern.cli.token;

import dev.tern.cli.terminal.ExitCode;
import dev.tern.cli.terminal.Printable;
import dev.tern.cli.terminal.Terminal;
import dev.tern.cli.terminal.Version;
import dev.tern.cli.terminal.WrongUsage;
import dev.tern.core.auth.TokenFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a bearer token, and the line of it for a server's file of tokens. */
@Command(
    name = "token",
    description = "Makes a bearer token of 256 random bits, and its line for serve --auth-tokens.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "The line holds the token's SHA-256, so that whoever reads the server's file cannot call.",
      "",
      "Examples:",
      "  tern token ann --out ann.token >> server.tokens",
      "  tern serve --auth-tokens server.tokens",
      "  tern call 127.0.0.1:7070 add '{\"a\":1,\"b\":2}' --auth-file ann.token"
    })
@SuppressWarnings("FieldCanBeFinal") // picocli sets the options
public final class TokenCommand implements Callable<Integer> {
  private static final int TOKEN_BYTES = 32;

  private final Terminal terminal;

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "whose it is: the server knows that caller as token:NAME")
  private String name = "";

  @Option(
      names = "--methods",
      paramLabel = "METHOD[,METHOD...]",
      hideParamSyntax = true,
      split = ",",
      description = "what it may call; calc.* is all that begin with calc. (default: all methods)")
  private List<String> methods = List.of();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "a new file for the token, which its owner alone may read (default: it is printed, above"
              + " its line)")
  private @Nullable Path out;

  public TokenCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    byte[] random = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(random);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    String line;
    try {
      line = TokenFile.lineOf(name, token, methods);
    } catch (IllegalArgumentException e) {
      throw new WrongUsage(
          "\"%s\" %s (expected: a name of 1 to 64 letters, digits or _ . @ -, and names of methods,"
                  .formatted(name, String.join(",", methods))
              + " a * only at the end of one)");
    }
    if (out == null) {
      terminal.err().println("the token, for who calls; then its line, for serve --auth-tokens:");
      terminal.out().println(token);
    } else {
      write(token, out);
    }
    terminal.out().println(line);
    return ExitCode.OK;
  }

  private static void write(String token, Path file) {
    boolean isPosix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] ownersOnly =
        isPosix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    Set<StandardOpenOption> fresh = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (OutputStream to =
        Channels.newOutputStream(Files.newByteChannel(file, fresh, ownersOnly))) {
      to.write((token + "\n").getBytes(StandardCharsets.US_ASCII));
    } catch (FileAlreadyExistsException _) {
      throw new WrongUsage("--out: " + file + " is there already (expected: a new file)");
    } catch (NoSuchFileException _) {
      throw new WrongUsage(
          "--out: cannot write "
              + Printable.text(file.toString())
              + ": its folder is not there"
              + " (expected: a new file in a folder that is)");
    } catch (AccessDeniedException _) {
      throw new WrongUsage(
          "--out: cannot write "
              + Printable.text(file.toString())
              + ": no permission"
              + " (expected: a new file in a folder of yours)");
    } catch (IOException e) {
      throw new WrongUsage(
          "--out: cannot write "
              + Printable.text(String.valueOf(e.getMessage()))
              + " (expected: a new file)");
    }
  }
}
