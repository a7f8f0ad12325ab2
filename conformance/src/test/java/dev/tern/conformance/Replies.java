package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** What replies must look like, member by member. */
final class Replies {
  private static final ObjectMapper JSON = new JsonMapper();

  /** Class names, stack traces, and what a handler keeps to itself. */
  private static final Pattern INTERNAL =
      Pattern.compile(
          "dev\\.tern|java\\.|jackson|netty|Exception|Throwable|\\bat [a-z]+\\.|"
              + TestService.SECRET);

  private Replies() {}

  /** JSON that is written with single quotes, to be readable in Java. */
  static String json(String singleQuoted) {
    return singleQuoted.replace('\'', '"');
  }

  /** The reply, after a look that it gives nothing internal away. */
  static JsonNode parse(String reply) {
    assertThat(INTERNAL.matcher(reply).find()).as("internals in %s", reply).isFalse();
    return JSON.readTree(reply);
  }

  /** Exactly the error that belongs to no request. */
  static JsonNode orphan(JsonNode reply, ErrorCode code) {
    assertThat(names(reply)).as("%s", reply).containsExactly("jsonrpc", "id", "error");
    assertThat(reply.get("jsonrpc").asString()).isEqualTo("2.0");
    assertThat(reply.get("id").isNull()).as("id: null in %s", reply).isTrue();
    JsonNode error = reply.get("error");
    assertThat(names(error)).as("%s", reply).containsExactly("code", "message", "data");
    assertThat(error.get("code").intValue()).as("%s", reply).isEqualTo(code.number());
    assertThat(error.get("message").asString()).isNotBlank();
    JsonNode data = error.get("data");
    assertThat(names(data)).as("%s", reply).startsWith("code", "executed");
    assertThat(data.get("code").asString()).isEqualTo(code.name());
    assertThat(data.get("executed").asString()).isEqualTo("no");
    return error;
  }

  /** Exactly a v1 error with that id, code and verdict. */
  static JsonNode v1Error(JsonNode reply, String id, ErrorCode code, Executed executed) {
    assertThat(names(reply)).as("%s", reply).containsExactly("id", "ok", "error");
    assertThat(reply.get("id").toString()).isEqualTo(id);
    assertThat(reply.get("ok").booleanValue()).isFalse();
    JsonNode error = reply.get("error");
    assertThat(names(error))
        .as("%s", reply)
        .containsExactly("code", "message", "details", "executed");
    assertThat(error.get("code").asString()).as("%s", reply).isEqualTo(code.name());
    assertThat(error.get("message").asString()).isNotBlank();
    assertThat(error.get("details").isObject()).isTrue();
    assertThat(error.get("executed").asString()).as("%s", reply).isEqualTo(executed.wire());
    return error;
  }

  /** Exactly a JSON-RPC error with that id, number, code and verdict. */
  static JsonNode jsonRpcError(JsonNode reply, String id, ErrorCode code, Executed executed) {
    assertThat(names(reply)).as("%s", reply).containsExactly("jsonrpc", "id", "error");
    assertThat(reply.get("id").toString()).isEqualTo(id);
    JsonNode error = reply.get("error");
    assertThat(names(error)).as("%s", reply).containsExactly("code", "message", "data");
    assertThat(error.get("code").intValue()).as("%s", reply).isEqualTo(code.number());
    JsonNode data = error.get("data");
    assertThat(names(data)).as("%s", reply).containsExactly("code", "executed", "details");
    assertThat(data.get("code").asString()).isEqualTo(code.name());
    assertThat(data.get("executed").asString()).as("%s", reply).isEqualTo(executed.wire());
    return error;
  }

  /** Exactly a bare error with that id and number. */
  static JsonNode bareError(JsonNode reply, String id, int number) {
    assertThat(names(reply)).as("%s", reply).containsExactly("id", "error");
    assertThat(reply.get("id").toString()).isEqualTo(id);
    JsonNode error = reply.get("error");
    assertThat(names(error)).as("%s", reply).containsExactly("code", "message");
    assertThat(error.get("code").intValue()).as("%s", reply).isEqualTo(number);
    return error;
  }

  private static List<String> names(JsonNode object) {
    assertThat(object.isObject()).as("an object: %s", object).isTrue();
    return List.copyOf(object.propertyNames());
  }
}
