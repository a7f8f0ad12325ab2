package dev.tern.cli.offer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MethodTableTest {

  private static List<String> lines(String document) {
    return MethodTable.lines(Offer.of(document.getBytes(UTF_8)));
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
  void saysThatAResultMayBeNull() {
    String document =
        """
        {"methods": [{"name": "m", "params": [], "result":
          {"schema": {"type": ["integer", "null"]}}}]}
        """;
    assertThat(lines(document).getLast()).startsWith("m       -       integer or null  -");
  }

  @Test
  void saysWhatListsAndMapsHold() {
    String document =
        """
        {"methods": [{"name": "m", "params": [
          {"name": "a", "required": true,
           "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}}},
          {"name": "b", "required": true,
           "schema": {"type": "object", "additionalProperties": {"type": "integer"}}},
          {"name": "c", "required": false,
           "schema": {"anyOf": [{"$ref": "#/components/schemas/Item"}, {"type": "null"}]}}]}]}
        """;
    assertThat(lines(document).getLast())
        .startsWith("m       a: array of Item, b: map of integer, c?: Item  any");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "7",
        "{}",
        "{\"methods\": {}}",
        "{\"methods\": [7, null, []]}",
        "{\"info\": [], \"components\": {\"schemas\": []}}"
      })
  void whatIsNoSuchDocumentIsAnEmptyOne(String document) {
    assertThat(lines(document))
        .containsExactly("a service without a name", "METHOD  PARAMS  RESULT  EFFECT  DESCRIPTION");
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
