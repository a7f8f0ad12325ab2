package dev.tern.fuzz;

import static dev.tern.fuzz.Oracle.require;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.envelope.EnvelopeScanner;
import dev.tern.protocol.envelope.Message;
import dev.tern.protocol.envelope.Messages;
import dev.tern.protocol.value.MalformedException;
import dev.tern.protocol.value.Names;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Any payload is a message or no JSON; what is read of it is what Jackson finds in it; and a
 * request that is written again says the same.
 */
public final class EnvelopeTarget {
  private static final EnvelopeScanner SCANNER =
      new EnvelopeScanner(Limits.DEFAULT, Names.of("add", "shop.buy"));

  private EnvelopeTarget() {}

  /** One run of the fuzzer. */
  public static void fuzzerTestOneInput(byte[] payload) {
    Message message;
    JsonNode tree = Oracle.read(payload);
    try {
      message = SCANNER.scan(payload, 0, payload.length, false);
    } catch (MalformedException e) {
      return; // Jackson is laxer
    }
    if (message instanceof Message.Malformed malformed
        && malformed.error().code().equals(ErrorCode.PARSE_ERROR.name())) {
      return; // of what nests too deep only the tokens are known
    }
    if (tree == null || !tree.isObject()) {
      throw new AssertionError("taken, but no object to Jackson");
    }
    switch (message) {
      case Message.Request request -> request(request, tree);
      case Message.Response response -> {
        require(tree.get("method") == null || tree.get("method").isNull(), "a method in a reply");
        if (response.error() == null) {
          same(tree.get("result"), response.result(), "result");
        }
      }
      case Message.Malformed _ -> {}
    }
  }

  private static void request(Message.Request request, JsonNode tree) {
    require(tree.get("method").asString().equals(request.method()), "method: " + request.method());
    same(tree.get("params"), request.params(), "params");
    String id = tree.get("id") == null ? null : tree.get("id").asString();
    switch (request.id()) {
      case Id.Text(String value) -> require(value.equals(id), "id: " + value);
      case Id.Number number -> require(number.toString().equals(id), "id: " + number);
      case Id.Null _ -> require(id == null || tree.get("id").isNull(), "id: " + id);
      case null -> require(id == null, "id: " + id);
    }
    if (request.dialect() == Dialect.V1) {
      again(request);
    }
  }

  /** Written and read again it is the same. */
  private static void again(Message.Request request) {
    byte[] method =
        ("\"" + request.method().replace("\\", "\\\\").replace("\"", "\\\"") + "\"")
            .getBytes(StandardCharsets.UTF_8);
    Bytes written =
        Messages.request(Dialect.V1, request.id(), method, request.params(), request.meta());
    Message read;
    try {
      byte[] bytes = written.toByteArray();
      read = SCANNER.scan(bytes, 0, bytes.length, false);
    } catch (MalformedException e) {
      throw new AssertionError("written, but not read: " + e.getMessage(), e);
    }
    require(read instanceof Message.Request, "written, but read as " + read);
    Message.Request twice = (Message.Request) read;
    require(
        Objects.equals(twice.id(), request.id())
            && twice.method().equals(request.method())
            && twice.meta().equals(request.meta()),
        "written as " + new String(written.toByteArray(), StandardCharsets.UTF_8));
  }

  private static void same(@Nullable JsonNode expected, @Nullable Bytes found, String what) {
    JsonNode read = found == null ? null : Oracle.read(found.toByteArray());
    boolean isSame = isNone(expected) ? isNone(read) : Objects.equals(expected, read);
    require(isSame, what + ": " + read + " (expected: " + expected + ")");
  }

  private static boolean isNone(@Nullable JsonNode value) {
    return value == null || value.isNull();
  }
}
