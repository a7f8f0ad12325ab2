package dev.tern.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The parts of a page that a test can check: its fenced blocks and its tables. */
final class MarkdownPage {
  private static final String FENCE = "```";

  /**
   * A fenced block.
   *
   * @param heading the one above it
   * @param line where it begins
   * @param language what stands behind the fence
   */
  record Block(String heading, int line, String language, List<String> lines) {
    /** The heading and the line. */
    String name() {
      return heading + " (line " + line + ")";
    }
  }

  /** A row of a table, without the code marks around its cells. */
  record Row(List<String> cells) {}

  private final String path;
  private final List<String> lines;

  private MarkdownPage(String path, List<String> lines) {
    this.path = path;
    this.lines = lines;
  }

  /** The page at a path from the project's folder. */
  static MarkdownPage read(String path) {
    return new MarkdownPage(path, ProjectFiles.read(path).lines().toList());
  }

  List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    String heading = "";
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("#")) {
        heading = line.replaceFirst("#+ ", "");
      } else if (line.startsWith(FENCE)) {
        int begin = i;
        do {
          i++;
        } while (!lines.get(i).startsWith(FENCE));
        blocks.add(
            new Block(
                heading, begin + 1, line.substring(FENCE.length()), lines.subList(begin + 1, i)));
      }
    }
    return blocks;
  }

  /** The rows of the table whose first column has this title; none is an error. */
  List<Row> table(String firstTitle) {
    List<Row> rows = new ArrayList<>();
    boolean inside = false;
    for (String line : lines) {
      if (!line.startsWith("|")) {
        inside = false;
        continue;
      }
      List<String> cells = cells(line);
      if (inside && !cells.getFirst().startsWith("---")) {
        rows.add(new Row(cells));
      }
      inside |= cells.getFirst().equals(firstTitle);
    }
    if (rows.isEmpty()) {
      throw new AssertionError(path + " has no table \"" + firstTitle + "\" (expected: one)");
    }
    return rows;
  }

  private static List<String> cells(String line) {
    return Stream.of(line.substring(1, line.lastIndexOf('|')).split("\\|"))
        .map(cell -> cell.replace("`", "").strip())
        .toList();
  }
}
