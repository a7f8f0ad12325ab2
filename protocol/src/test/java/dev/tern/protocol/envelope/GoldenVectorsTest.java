package dev.tern.protocol.envelope;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Id;
import dev.tern.protocol.Limits;
import dev.tern.protocol.WireError;
import dev.tern.protocol.json.JsonException;
import dev.tern.protocol.value.Names;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Messages of this version of the protocol, kept in files so that every later version still reads
 * and writes them.
 */
class GoldenVectorsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final EnvelopeScanner scanner = new EnvelopeScanner(Limits.DEFAULT, Names.of("add"));

  static List<JsonNode> requests() throws IOException {
    return vectors("requests");
  }

  static List<JsonNode> responses() throws IOException {
    return vectors("responses");
  }

  static List<JsonNode> malformed() throws IOException {
    return vectors("malformed");
  }

  @ParameterizedTest
  @MethodSource({"requests", "responses", "malformed"})
  void isReadAsTheVectorSays(JsonNode vector) {
    assertThat(read(payload(vector))).isEqualTo(vector.get("expect"));
  }

  @ParameterizedTest
  @MethodSource("requests")
  void requestsAreWrittenAsTheyWere(JsonNode vector) {
    byte[] payload = payload(vector);
    if (scanner.scan(payload, 0, payload.length, false) instanceof Message.Request r
        && vector.has("written")) {
      byte[] method = Messages.encodeMethod(r.method());
      assertThat(
              String.valueOf(Messages.request(r.dialect(), r.id(), method, r.params(), r.meta())))
          .isEqualTo(text(vector));
    } else {
      assertThat(vector.has("written")).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("responses")
  void responsesAreWrittenAsTheyWere(JsonNode vector) {
    byte[] payload = payload(vector);
    Message.Response r = (Message.Response) scanner.scan(payload, 0, payload.length, false);
    if (vector.has("written")) {
      assertThat(String.valueOf(written(vector.get("written").asString(), r)))
          .isEqualTo(text(vector));
    }
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void aMalformedRequestGetsTheReplyOfTheVector(JsonNode vector) {
    byte[] payload = payload(vector);
    String reply = null;
    try {
      Message.Malformed m = (Message.Malformed) scanner.scan(payload, 0, payload.length, false);
      if (m.reply()) {
        reply =
            String.valueOf(
                m.id() == null
                    ? Messages.errorWithoutRequest(m.error())
                    : Messages.error(m.dialect(), m.id(), m.error()));
      }
    } catch (JsonException e) {
      assertThat(vector.get("expect").get("kind").asString()).isEqualTo("parse_error");
    }
    assertThat(reply).isEqualTo(vector.has("reply") ? vector.get("reply").asString() : null);
  }

  private static Bytes written(String dialect, Message.Response r) {
    if (dialect.equals("none")) {
      return Messages.errorWithoutRequest(r.error());
    }
    Dialect in =
        Arrays.stream(Dialect.values())
            .filter(d -> d.label().equals(dialect))
            .findFirst()
            .orElseThrow();
    return r.error() == null
        ? Messages.success(in, r.id(), r.result(), r.meta())
        : Messages.error(in, r.id(), r.error(), r.meta());
  }

  private JsonNode read(byte[] payload) {
    ObjectNode out = MAPPER.createObjectNode();
    Message message;
    try {
      message = scanner.scan(payload, 0, payload.length, false);
    } catch (JsonException e) {
      return tree(out.put("kind", "parse_error").put("offset", e.offset()));
    }
    switch (message) {
      case Message.Request r -> {
        out.put("kind", r.isNotification() ? "notification" : "request");
        out.put("dialect", r.dialect().label());
        id(out, r.id());
        out.put("method", r.method());
        raw(out, "params", bytes(r.params()));
        Bytes frame = Messages.request(Dialect.V1, null, "\"m\"".getBytes(UTF_8), null, r.meta());
        out.set("meta", MAPPER.readTree(String.valueOf(frame)).get("meta"));
      }
      case Message.Response r -> {
        out.put("kind", "response");
        id(out, r.id());
        raw(out, "result", bytes(r.result()));
        WireError error = r.error();
        if (error != null) {
          ObjectNode node = out.putObject("error");
          node.put("code", error.code()).put("number", error.number());
          node.put("message", error.message()).put("executed", error.executed().wire());
          raw(node, "details", error.details());
        }
        if (r.meta().replayed()) {
          out.put("replayed", true);
        }
        if (r.meta().queueMicros() >= 0) {
          out.put("queue_us", r.meta().queueMicros());
        }
        if (r.meta().handlerMicros() >= 0) {
          out.put("handler_us", r.meta().handlerMicros());
        }
      }
      case Message.Malformed m -> {
        out.put("kind", "malformed");
        id(out, m.id());
        out.put("code", m.error().code());
        if (!m.reply()) {
          out.put("silent", true);
        }
        if (m.isResponse()) {
          out.put("response", true);
        }
      }
    }
    return tree(out);
  }

  /** Through text, so that equal numbers are equal nodes. */
  private static JsonNode tree(ObjectNode node) {
    return MAPPER.readTree(node.toString());
  }

  private static void id(ObjectNode out, Id id) {
    if (id != null) {
      out.set("id", MAPPER.readTree(id.toString()));
    }
  }

  private static void raw(ObjectNode out, String name, byte[] json) {
    if (json != null) {
      out.set(name, MAPPER.readTree(json));
    }
  }

  private static byte @Nullable [] bytes(@Nullable Bytes value) {
    return value == null ? null : value.toByteArray();
  }

  private static byte[] payload(JsonNode vector) {
    return vector.has("hex")
        ? HexFormat.of().parseHex(vector.get("hex").asString())
        : text(vector).getBytes(UTF_8);
  }

  private static String text(JsonNode vector) {
    return vector.get("payload").asString();
  }

  private static List<JsonNode> vectors(String name) throws IOException {
    try (InputStream in =
        GoldenVectorsTest.class.getResourceAsStream("/vectors/" + name + ".json")) {
      return MAPPER.readTree(in).valueStream().toList();
    }
  }
}
