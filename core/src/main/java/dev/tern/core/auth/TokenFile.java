package dev.tern.core.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tern.core.log.LogQueue;
import dev.tern.core.log.LogText;
import dev.tern.core.reload.Reload;
import dev.tern.core.runtime.Environment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the callers whose tokens stand in a file, which holds only what the tokens hash to: whoever
 * reads the file cannot call. Thread-safe, never blocks a call.
 *
 * <p>A line is {@code NAME SHA256 [METHOD,...]}, as {@link #lineOf} makes it; empty lines and those
 * that begin with {@code #} count for nothing. The caller of such a token is {@code token:NAME}. It
 * may call all methods, or those that are named; {@code calc.*} is all that begin with {@code
 * calc.}. A name may stand there twice, with the tokens of before and after a change; a token may
 * not.
 *
 * <p>The file is read again each second, by a virtual thread: a token that is taken out of it is
 * refused about a second later. Replace the file as a whole. One that is missing or wrong changes
 * nothing: the tokens of before stay in force, and the log says so, once for each reason. So does a
 * file without a single line, which looks like one that is being written: a comment stays in one
 * that shall allow nobody.
 */
public final class TokenFile implements TokenVerifier, AutoCloseable {
  /** Each call's token is compared with all of them, in about 20 ns each. */
  public static final int MAX_TOKENS = 1_000;

  /** More than that many lines need. */
  static final int MAX_BYTES = 8 << 20;

  private static final Logger LOG = LoggerFactory.getLogger("dev.tern.auth");

  private final Path file;
  private final Reload<byte[]> reload;

  /** What the thread that reads the file has written, and every call reads. */
  private volatile List<TokenLine> known;

  private TokenFile(Path file, Environment environment, byte[] text) {
    this.file = file;
    this.known = parse(text);
    this.reload = new Reload<>(new OfFile(), text, environment, "tern-tokens");
  }

  /**
   * Reads a file of tokens, and again each second until it is closed. Blocks.
   *
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if it is wrong, saying in which line; the message repeats none
   */
  public static TokenFile open(Path file) throws IOException {
    return open(file, Environment.SYSTEM);
  }

  /**
   * Reads a file of tokens, with a clock and threads of one's own.
   *
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if it is wrong
   */
  public static TokenFile open(Path file, Environment environment) throws IOException {
    TokenFile opened = new TokenFile(file, environment, read(file));
    opened.reload.start();
    return opened;
  }

  /**
   * The line of a token, without a line break.
   *
   * @param name 1 to 64 ASCII letters, digits or {@code _ . @ -}
   * @param methods which ones it may call, each perhaps with a {@code *} at its end; empty for all
   * @throws IllegalArgumentException if one of them is something else; the message does not repeat
   *     the token
   */
  public static String lineOf(String name, String token, List<String> methods) {
    return TokenLine.of(name, token, methods);
  }

  @Override
  public @Nullable Identity verify(String token) {
    byte[] hash = TokenLine.hashOf(token);
    Identity found = null;
    for (TokenLine line : known) { // to the end: the time it takes does not tell where it stands
      found = line.has(hash) ? line.identity() : found;
    }
    return found;
  }

  @Override
  public boolean mayBlock() {
    return false;
  }

  /** The file is not read again; the tokens stay in force. Idempotent. */
  @Override
  public void close() {
    reload.close();
  }

  private final class OfFile implements Reload.Source<byte[]> {
    @Override
    public byte[] read() throws IOException {
      return TokenFile.read(file);
    }

    @Override
    public void use(byte[] text) {
      List<TokenLine> lines = parse(text);
      known = lines;
      int count = lines.size();
      LogQueue.SHARED.add(
          () -> LOG.info("token_file={} tokens={}", LogText.of(file.toString()), count));
    }

    @Override
    public void kept(String because) {
      int count = known.size();
      String why = LogText.quoted(because);
      LogQueue.SHARED.add(
          why.length(),
          () ->
              LOG.warn(
                  "token_file={} kept_tokens={} because={}",
                  LogText.of(file.toString()),
                  count,
                  why));
    }
  }

  private static byte[] read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MAX_BYTES + 1);
    }
  }

  private static List<TokenLine> parse(byte[] text) {
    if (text.length == 0) {
      throw new IllegalArgumentException(
          "0 bytes (expected: a line; one that begins with # will do)");
    }
    if (text.length > MAX_BYTES) { // no more of it was read
      throw new IllegalArgumentException("over " + MAX_BYTES + " bytes (expected: at most that)");
    }
    List<TokenLine> found = new ArrayList<>();
    int number = 0;
    for (String line : new String(text, ISO_8859_1).split("\r?\n", -1)) {
      number++;
      if (!line.isBlank() && !line.startsWith("#")) {
        add(line, number, found);
      }
    }
    return List.copyOf(found);
  }

  private static void add(String line, int number, List<TokenLine> found) {
    TokenLine next;
    try {
      next = TokenLine.parse(line.strip());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
    }
    if (found.stream().anyMatch(next::isOfSameToken)) {
      throw new IllegalArgumentException(
          "line " + number + ": a token that is there already (expected: each token once)");
    }
    found.add(next);
    if (found.size() > MAX_TOKENS) {
      throw new IllegalArgumentException(
          "line " + number + ": too many tokens (expected: at most " + MAX_TOKENS + ")");
    }
  }

  /** Neither its tokens nor their names. */
  @Override
  public String toString() {
    return "TokenFile[" + file + ", " + known.size() + " tokens]";
  }
}
