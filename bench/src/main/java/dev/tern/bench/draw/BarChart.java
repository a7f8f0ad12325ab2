package dev.tern.bench.draw;

import static dev.tern.bench.draw.Markup.escape;
import static dev.tern.bench.draw.Markup.format;

import java.util.List;

/** Horizontal bars, with the spread of the rounds as a whisker. */
public record BarChart(String title, String unit, List<Entry> entries) {
  private static final int WIDTH = 560;
  private static final int LEFT = 116;
  private static final int RIGHT = 74;
  private static final int ROW = 22;
  private static final int THICK = 14;

  /** One of them. */
  public record Entry(String name, Ink ink, Spread value) {}

  /** With the longest bar first. */
  public static BarChart longestFirst(String title, String unit, List<Entry> entries) {
    return new BarChart(
        title,
        unit,
        entries.stream()
            .sorted((a, b) -> Double.compare(b.value().median(), a.value().median()))
            .toList());
  }

  /** As a figure of a page. */
  public String svg() {
    int height = entries.size() * ROW + 8;
    StringBuilder svg = new StringBuilder();
    svg.append(
        format(
            "<figure class=\"plot\"><figcaption>%s <span class=\"unit\">%s</span></figcaption>"
                + "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n",
            escape(title), escape(unit), WIDTH, height, escape(title)));
    double most = entries.stream().mapToDouble(entry -> entry.value().most()).max().orElse(1);
    for (int i = 0; i < entries.size(); i++) {
      row(svg, entries.get(i), 4 + i * ROW, (WIDTH - LEFT - RIGHT) / Math.max(most, 1e-9));
    }
    return svg.append("</svg></figure>\n").toString();
  }

  private void row(StringBuilder svg, Entry entry, int top, double pixels) {
    Spread value = entry.value();
    double middle = top + ROW / 2.0;
    String colour = entry.ink().colour();
    svg.append(
        format(
            "<g><title>%s: %s %s (%s to %s)</title>",
            escape(entry.name()),
            Numbers.short3(value.median()),
            escape(unit),
            Numbers.short3(value.least()),
            Numbers.short3(value.most())));
    svg.append(
        format(
            "<text class=\"name\" x=\"%d\" y=\"%.1f\">%s</text>",
            LEFT - 8, middle + 4, escape(entry.name())));
    svg.append(
        format(
            "<rect x=\"%d\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" rx=\"2\" fill=\"%s\"%s/>",
            LEFT,
            middle - THICK / 2.0,
            Math.max(1, value.median() * pixels),
            THICK,
            colour,
            entry.ink().isDashed() ? " fill-opacity=\"0.45\"" : ""));
    double from = LEFT + Math.max(0, value.least() * pixels);
    double to = LEFT + Math.max(0, value.most() * pixels);
    if (to - from > 3) {
      svg.append(
          format(
              "<path class=\"whisker\" d=\"M%.1f %.1fH%.1fM%.1f %.1fv6M%.1f %.1fv6\"/>",
              from, middle, to, from, middle - 3, to, middle - 3));
    }
    svg.append(
        format(
            "<text class=\"value\" x=\"%.1f\" y=\"%.1f\">%s</text></g>%n",
            to + 7, middle + 4, Numbers.short3(value.median())));
  }
}
