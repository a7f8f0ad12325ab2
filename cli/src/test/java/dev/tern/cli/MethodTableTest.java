package dev.tern.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.binding.JsonCodec;
import dev.tern.core.binding.ResultReader;
import dev.tern.protocol.Bytes;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MethodTableTest {
  private static final ResultReader<MethodTable.Document> READER =
      JsonCodec.DEFAULT.resultReader(MethodTable.Document.class);

  private static List<String> lines(String document) {
    return MethodTable.lines(
        Objects.requireNonNull(READER.read(Bytes.of(document.getBytes(UTF_8)))));
  }

  @Test
  void alignsTheColumns() {
    String document =
        """
        {"openrpc": "1.3.2", "info": {"title": "Shop", "version": "2"}, "methods": [
          {"name": "buy", "description": "Buys.", "x-effect": "ONCE", "params": [
            {"name": "what", "required": true, "schema": {"type": "string"}},
            {"name": "count", "schema": {"type": ["integer", "null"]}}],
           "result": {"name": "result", "schema": {"$ref": "#/components/schemas/Receipt"}}},
          {"name": "list", "params": [],
           "result": {"schema": {"type": "array", "items": {"type": "string"}}}}]}
        """;
    assertThat(lines(document))
        .containsExactly(
            "Shop 2",
            "METHOD  PARAMS                         RESULT           EFFECT  DESCRIPTION",
            "buy     what: string, count?: integer  Receipt          ONCE    Buys.",
            "list    -                              array of string  -");
  }

  @Test
  void aForeignServerMayLeaveAlmostAllOut() {
    assertThat(lines("{\"methods\": [{\"name\": \"m\"}]}"))
        .containsExactly(
            "a service without a name",
            "METHOD  PARAMS  RESULT  EFFECT  DESCRIPTION",
            "m       -       any     -");
  }
}
