package dev.tern.cli.call;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.cli.terminal.ExitCode;
import dev.tern.cli.terminal.Input;
import dev.tern.cli.terminal.Printable;
import dev.tern.cli.terminal.Terminal;
import dev.tern.core.EncodedJson;
import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.client.Batch;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.json.JsonReader;
import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.value.Transcode;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The calls of one batch, as a file has them: a line each. */
final class BatchCalls {

  /**
   * One of them.
   *
   * @param number of its line, from 1 on
   */
  private record Line(int number, String method, CallParams params) {}

  private final List<Line> lines;

  private BatchCalls(List<Line> lines) {
    this.lines = lines;
  }

  /**
   * Reads all of them, so that a mistake in the last line sends nothing.
   *
   * @param name of the file; {@code -} for stdin
   * @throws IllegalArgumentException if it cannot be read, or holds none, saying where
   */
  static BatchCalls read(String name, InputStream stdin) {
    boolean isStdin = name.equals("-");
    byte[] bytes = isStdin ? Input.all(stdin, "--batch") : Input.file(name, "--batch");
    String from = isStdin ? "stdin" : name;
    List<Line> lines = new ArrayList<>();
    int number = 0;
    for (String text : text(bytes, from).lines().toList()) {
      number++;
      String line = text.strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      try {
        lines.add(lineOf(number, line));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "%s, line %d: %s".formatted(from, number, e.getMessage()), e);
      }
    }
    if (lines.isEmpty()) {
      throw new IllegalArgumentException(from + ": no call (expected: METHOD PARAMS in each line)");
    }
    return new BatchCalls(lines);
  }

  private static String text(byte[] bytes, String from) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(from + ": no UTF-8 (expected: a text)", e);
    }
  }

  private static Line lineOf(int number, String line) {
    String[] words = line.split("\\s+", 2);
    if (!words[0].matches("[\\x21-\\x7E]{1,256}")) {
      throw new IllegalArgumentException(
          "METHOD: \"" + words[0] + "\" (expected: 1 to 256 visible ASCII characters)");
    }
    String rest = words.length == 1 ? "" : words[1];
    if (rest.startsWith("@") || rest.equals("-")) {
      throw new IllegalArgumentException(
          "params: \"" + rest + "\" (expected: JSON or name=value …, in the line itself)");
    }
    boolean isJson = rest.startsWith("{") || rest.startsWith("[");
    List<String> params =
        rest.isEmpty() ? List.of() : isJson ? List.of(rest) : List.of(rest.split("\\s+", -1));
    return new Line(number, words[0], CallParams.read(params, InputStream.nullInputStream()));
  }

  /**
   * Makes the calls, and prints what came of each.
   *
   * @param verbose whether the attempts are shown as well
   * @return the exit code of the first one that has failed
   */
  int make(
      Client client, Duration timeout, CallOptions options, boolean verbose, Terminal terminal) {
    Batch batch = client.batch(timeout);
    List<Batch.Item<@Nullable EncodedJson>> items = new ArrayList<>();
    for (Line line : lines) {
      byte[] params = line.params().encoded();
      items.add(
          batch.add(
              anyOf(line.method()).effect(options.effect()),
              params == null ? null : new EncodedJson(params),
              options));
    }
    batch.call();
    int code = ExitCode.OK;
    int failed = 0;
    for (int i = 0; i < items.size(); i++) {
      Batch.Item<@Nullable EncodedJson> item = items.get(i);
      RpcException failure = item.failure();
      terminal.out().println(Printable.text(lineOf(item, failure)));
      if (failure != null) {
        failed++;
        code = code == ExitCode.OK ? ExitCode.of(failure) : code;
      }
      if (verbose) {
        tellAttempts(lines.get(i), item, failure, terminal);
      }
    }
    if (failed > 0) {
      terminal.err().println(failed + " of " + items.size() + " calls have failed");
    }
    return code;
  }

  private static void tellAttempts(
      Line line,
      Batch.Item<@Nullable EncodedJson> item,
      @Nullable RpcException failure,
      Terminal terminal) {
    List<String> table =
        AttemptTable.lines(failure == null ? item.reply().attempts() : failure.attempts());
    if (!table.isEmpty()) {
      terminal.err().println(Printable.text("line " + line.number() + ", " + line.method() + ":"));
      table.forEach(row -> terminal.err().println(Printable.text(row)));
    }
  }

  @SuppressWarnings("NullAway") // there is no class literal of a nullable type
  private static Method<@Nullable EncodedJson, @Nullable EncodedJson> anyOf(String name) {
    return Method.<@Nullable EncodedJson, @Nullable EncodedJson>of(
        name, EncodedJson.class, EncodedJson.class);
  }

  private static String lineOf(
      Batch.Item<@Nullable EncodedJson> item, @Nullable RpcException failure) {
    JsonWriter w = new JsonWriter().beginObject();
    w.name("ok").value(failure == null);
    if (failure == null) {
      EncodedJson result = item.result();
      w.name("result");
      if (result == null) {
        w.nullValue();
      } else {
        Transcode.copy(new JsonReader(Bytes.of(result.bytes())), w); // without line breaks
      }
    } else {
      w.name("error").beginObject();
      w.name("code").value(failure.code());
      w.name("message").value(String.valueOf(failure.getMessage()));
      w.name("executed").value(failure.executed().wire());
      w.name("details");
      Bytes details = JsonCodec.DEFAULT.encode(failure.details());
      Transcode.copy(JsonEncoding.JSON.reader(details, null), w);
      w.endObject();
    }
    return w.endObject().takeBytes().toString();
  }
}
