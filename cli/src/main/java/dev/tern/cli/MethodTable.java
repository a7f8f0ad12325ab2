package dev.tern.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Lays out what a server says that it offers, an OpenRPC document, for a person to read. */
final class MethodTable {
  private static final List<String> TITLES =
      List.of("METHOD", "PARAMS", "RESULT", "EFFECT", "DESCRIPTION");

  private MethodTable() {}

  /** What is read of the document; a foreign server may leave anything out. */
  record Document(@Nullable Info info, @Nullable List<Entry> methods) {}

  /** Who the server is. */
  record Info(@Nullable String title, @Nullable String version) {}

  /** One method. */
  record Entry(
      String name,
      @Nullable String description,
      @Nullable List<Param> params,
      @JsonProperty("x-params") @Nullable Map<String, @Nullable Object> wholeParams,
      @Nullable Result result,
      @JsonProperty("x-effect") @Nullable String effect) {}

  /** One parameter. */
  record Param(
      String name, @Nullable Boolean required, @Nullable Map<String, @Nullable Object> schema) {}

  /** What comes back. */
  record Result(@Nullable Map<String, @Nullable Object> schema) {}

  /** The lines of the table, without line breaks. */
  static List<String> lines(Document document) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(TITLES);
    List<Entry> methods = document.methods() == null ? List.of() : document.methods();
    methods.forEach(method -> rows.add(row(method)));
    int[] widths = new int[TITLES.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add(title(document.info()));
    rows.forEach(row -> lines.add(line(row, widths)));
    return lines;
  }

  private static String title(@Nullable Info info) {
    if (info == null || info.title() == null) {
      return "a service without a name";
    }
    return Printable.text(
        info.version() == null ? info.title() : info.title() + " " + info.version());
  }

  private static List<String> row(Entry method) {
    String result = method.result() == null ? "any" : type(method.result().schema());
    return List.of(
        Printable.text(method.name()),
        Printable.text(params(method)),
        Printable.text(result),
        Printable.text(method.effect() == null ? "-" : method.effect()),
        Printable.text(method.description() == null ? "" : method.description()));
  }

  private static String params(Entry method) {
    if (method.wholeParams() != null) {
      return type(method.wholeParams());
    }
    if (method.params() == null || method.params().isEmpty()) {
      return "-";
    }
    return method.params().stream().map(MethodTable::param).collect(Collectors.joining(", "));
  }

  private static String param(Param param) {
    boolean required = Boolean.TRUE.equals(param.required());
    return param.name() + (required ? ": " : "?: ") + type(param.schema());
  }

  /** A schema in a word or two. */
  private static String type(@Nullable Map<String, @Nullable Object> schema) {
    if (schema == null || schema.isEmpty()) {
      return "any";
    }
    if (schema.get("$ref") instanceof String reference) {
      return reference.substring(reference.lastIndexOf('/') + 1);
    }
    return switch (schema.get("type")) {
      case String one -> one.equals("array") ? "array of " + items(schema) : one;
      case List<?> some ->
          some.stream()
              .map(String::valueOf)
              .filter(one -> !one.equals("null"))
              .collect(Collectors.joining(" or "));
      case null, default -> "any";
    };
  }

  private static String items(Map<String, @Nullable Object> schema) {
    return schema.get("items") instanceof Map<?, ?> items
            && items.get("type") instanceof String type
        ? type
        : "any";
  }

  private static String line(List<String> cells, int[] widths) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      out.append(cells.get(i)).repeat(" ", widths[i] - cells.get(i).length() + 2);
    }
    return out.toString().stripTrailing();
  }
}
