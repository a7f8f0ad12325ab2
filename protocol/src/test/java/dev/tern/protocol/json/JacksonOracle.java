package dev.tern.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * A second opinion on what strict JSON is, and what stands in it.
 *
 * <p>Where Jackson is laxer than we are, this class refuses for it:
 *
 * <ul>
 *   <li>Jackson takes malformed UTF-8 that decodes to something, and guesses UTF-16 and UTF-32: it
 *       gets text that Java's own strict decoder made.
 *   <li>It takes lone surrogates in escapes: they are looked for in its strings.
 *   <li>It takes any number of texts in a row, none included: it must find exactly one.
 *   <li>It skips a byte order mark: refused.
 * </ul>
 */
final class JacksonOracle {
  private final JsonFactory factory;

  JacksonOracle(int depth) {
    StreamReadConstraints constraints =
        StreamReadConstraints.builder()
            .maxNestingDepth(depth)
            .maxNumberLength(Integer.MAX_VALUE)
            .maxNameLength(Integer.MAX_VALUE)
            .maxStringLength(Integer.MAX_VALUE)
            .build();
    factory =
        JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(constraints)
            .build();
  }

  /** All that is in the text, token by token; null if it is not strict JSON. */
  @Nullable String read(byte[] json) {
    String text;
    try {
      text =
          UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(json))
              .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
    if (text.startsWith("\ufeff")) {
      return null;
    }
    StringBuilder out = new StringBuilder();
    try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), text)) {
      int depth = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (depth == 0 && !out.isEmpty()) {
          return null;
        }
        switch (token) {
          case START_OBJECT, START_ARRAY -> depth++;
          case END_OBJECT, END_ARRAY -> depth--;
          default -> {}
        }
        String value = parser.getString();
        boolean isText = token == JsonToken.VALUE_STRING || token == JsonToken.PROPERTY_NAME;
        if (isText && !UTF_8.newEncoder().canEncode(value)) {
          return null;
        }
        out.append(token == JsonToken.PROPERTY_NAME ? "name " : isText ? "text " : "");
        out.append(value).append('\n');
      }
      return depth == 0 && !out.isEmpty() ? out.toString() : null;
    } catch (JacksonException e) {
      return null;
    }
  }
}
