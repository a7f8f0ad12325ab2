package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.RawPeer;
import dev.tern.core.binding.FoundEncodings;
import dev.tern.core.compress.FoundCompressions;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Limits;
import dev.tern.protocol.compress.Compressions;
import dev.tern.protocol.frame.PayloadKind;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.value.EncodedWriter;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.Transcode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Each dialect in each encoding in each compression and without one, alone and in a batch, there
 * and back, over each transport.
 */
final class CompressionMatrixTest extends EveryTransport {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LONG = "a text that comes again, ".repeat(100);

  private static final String NONE = "none";

  record Case(Dialect dialect, String encoding, String compression, boolean isBatch) {}

  /** In protobuf there is v1 alone. */
  static List<Case> cases() {
    List<Case> all = new ArrayList<>();
    for (Dialect dialect : Dialect.values()) {
      for (String encoding : FoundEncodings.ALL.labels()) {
        for (String compression : with(FoundCompressions.labels(), NONE)) {
          if (dialect == Dialect.V1 || !encoding.equals("protobuf")) {
            all.add(new Case(dialect, encoding, compression, false));
            all.add(new Case(dialect, encoding, compression, true));
          }
        }
      }
    }
    return all;
  }

  private static List<String> with(List<String> labels, String one) {
    List<String> all = new ArrayList<>(labels);
    all.add(one);
    return all;
  }

  @Test
  void noneIsForgotten() {
    assertThat(cases()).hasSize(56);
  }

  private static String request(Dialect dialect) {
    String params = "\"params\":{\"text\":\"" + LONG + "\"}";
    return switch (dialect) {
      case V1 -> "{\"id\":1,\"method\":\"text.echo\"," + params + ",\"meta\":{}}";
      case JSONRPC -> "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"text.echo\"," + params + "}";
      case BARE -> "{\"id\":1,\"method\":\"text.echo\"," + params + "}";
    };
  }

  private static Bytes encoded(Bytes message, Encoding from, Encoding to) {
    EncodedWriter out = to.messageWriter(message.length());
    Transcode.copy(from.messageReader(message.joined()), out);
    return out.takeBytes();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void goesThereAndBack(Case each) {
    Encoding encoding = FoundEncodings.of(each.encoding());
    Bytes json = Bytes.of(request(each.dialect()).getBytes(UTF_8));
    Bytes plain = encoding == JsonEncoding.JSON ? json : encoded(json, JsonEncoding.JSON, encoding);
    String[] compressions =
        each.compression().equals(NONE) ? new String[0] : new String[] {each.compression()};
    Bytes sent = each.isBatch() ? encoding.batch(List.of(plain)) : plain;
    RawPeer peer = rawClient(start(usualServer().compressions(compressions)));
    try (Compressions all = FoundCompressions.of(List.of(compressions))) {
      peer.sendPayload(compressed(all, each, sent).toByteArray());
      Bytes reply = expanded(all, each, peer.readBytes());

      assertThat(kindOf(reply.toByteArray())).isEqualTo(each.encoding());
      Bytes single = each.isBatch() ? only(encoding, reply) : reply;
      JsonNode message =
          JSON.readTree(
              (encoding == JsonEncoding.JSON
                      ? single
                      : encoded(single, encoding, JsonEncoding.JSON))
                  .toByteArray());
      assertThat(message.at("/result").asString()).isEqualTo(LONG);
      assertThat(message.has("jsonrpc")).isEqualTo(each.dialect() == Dialect.JSONRPC);
      assertThat(message.has("ok")).isEqualTo(each.dialect() == Dialect.V1);
    }
  }

  private static Bytes compressed(Compressions all, Case each, Bytes payload) {
    return each.compression().equals(NONE) ? payload : all.compress(each.compression(), payload);
  }

  private static Bytes expanded(Compressions all, Case each, byte[] reply) {
    if (each.compression().equals(NONE)) {
      return Bytes.of(reply);
    }
    assertThat(kindOf(reply)).isEqualTo(each.compression());
    return all.expand(each.compression(), reply, 0, reply.length, 16 << 20, _ -> true);
  }

  private static Bytes only(Encoding encoding, Bytes batch) {
    Bytes joined = batch.joined();
    PayloadKind kind = PayloadKind.of(joined.array(), joined.from(), joined.length());
    assertThat(kind).matches(PayloadKind::isBatch);
    List<Bytes> messages = encoding.batched(encoding.validator(Limits.DEFAULT), joined, 10);
    assertThat(messages).hasSize(1);
    return messages.getFirst();
  }

  private static String kindOf(byte[] payload) {
    PayloadKind kind = PayloadKind.of(payload, 0, payload.length);
    return kind == null ? "none" : kind.label();
  }
}
