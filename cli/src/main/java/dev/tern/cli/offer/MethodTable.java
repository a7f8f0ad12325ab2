package dev.tern.cli.offer;

import dev.tern.cli.offer.Offer.OfferedMethod;
import dev.tern.cli.offer.Offer.Param;
import dev.tern.cli.terminal.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Lays out what a server says that it offers for a person to read. */
public final class MethodTable {
  private static final List<String> TITLES =
      List.of("METHOD", "PARAMS", "RESULT", "EFFECT", "DESCRIPTION");

  /** A column is at most as wide; a longer cell shifts what stands behind it in its line. */
  private static final int MAX_WIDTH = 160;

  private MethodTable() {}

  /** The lines of the table, without line breaks. */
  public static List<String> lines(Offer offer) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(TITLES);
    offer.methods().forEach(method -> rows.add(row(offer, method)));
    List<String> lines = new ArrayList<>();
    lines.add(Printable.text(offer.title()));
    lines.addAll(aligned(rows));
    return lines;
  }

  private static List<String> row(Offer offer, OfferedMethod method) {
    return List.of(
        method.name(),
        params(method),
        offer.orNull(method.result(), method.result().words()),
        method.effect() == null ? "-" : method.effect(),
        method.description());
  }

  private static String params(OfferedMethod method) {
    if (method.wholeParams() != null) {
      return method.wholeParams().words();
    }
    if (method.params() == null || method.params().isEmpty()) {
      return "-";
    }
    return method.params().stream().map(MethodTable::param).collect(Collectors.joining(", "));
  }

  private static String param(Param param) {
    return param.name() + (param.required() ? ": " : "?: ") + param.schema().words();
  }

  /** Rows of as many cells each, in columns, harmless to a terminal. */
  public static List<String> aligned(List<List<String>> rows) {
    List<List<String>> printable =
        rows.stream().map(row -> row.stream().map(Printable::text).toList()).toList();
    int[] widths = new int[rows.isEmpty() ? 0 : rows.getFirst().size()];
    for (List<String> row : printable) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.clamp(row.get(i).length(), widths[i], MAX_WIDTH);
      }
    }
    return printable.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(List<String> cells, int[] widths) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      out.append(cells.get(i)).repeat(" ", Math.max(0, widths[i] - cells.get(i).length()) + 2);
    }
    return out.toString().stripTrailing();
  }
}
