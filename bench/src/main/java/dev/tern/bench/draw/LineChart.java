package dev.tern.bench.draw;

import static dev.tern.bench.draw.Markup.escape;
import static dev.tern.bench.draw.Markup.format;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Lines with their names at their ends. */
public record LineChart(
    String title, String unit, String below, Scale across, Scale up, List<Line> lines) {
  private static final int WIDTH = 560;
  private static final int HEIGHT = 330;
  private static final int LEFT = 52;
  private static final int RIGHT = 112;
  private static final int TOP = 10;
  private static final int BOTTOM = 40;
  private static final int LABEL = 14;

  /** One of them. */
  public record Line(String name, Ink ink, List<Point> points) {}

  /** Where it passes. */
  public record Point(double across, double up) {}

  private record Label(String name, Ink ink, double y) {}

  /** As a figure of a page. */
  public String svg() {
    StringBuilder svg = new StringBuilder();
    svg.append(
        format(
            "<figure class=\"plot\"><figcaption>%s <span class=\"unit\">%s</span></figcaption>"
                + "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n",
            escape(title), escape(unit), WIDTH, HEIGHT, escape(title)));
    axes(svg);
    List<Label> labels = new ArrayList<>();
    for (Line line : lines) {
      if (!line.points().isEmpty()) {
        draw(svg, line);
        labels.add(new Label(line.name(), line.ink(), y(line.points().getLast())));
      }
    }
    write(svg, labels);
    return svg.append("</svg></figure>\n").toString();
  }

  private void axes(StringBuilder svg) {
    for (Scale.Tick tick : up.ticks()) {
      double y = TOP + (1 - up.at(tick.value())) * (HEIGHT - TOP - BOTTOM);
      svg.append(
          format(
              "<path class=\"grid\" d=\"M%d %.1fH%d\"/><text class=\"tick\" x=\"%d\" y=\"%.1f\""
                  + " text-anchor=\"end\">%s</text>%n",
              LEFT, y, WIDTH - RIGHT, LEFT - 6, y + 4, escape(tick.label())));
    }
    for (Scale.Tick tick : across.ticks()) {
      double x = LEFT + across.at(tick.value()) * (WIDTH - LEFT - RIGHT);
      svg.append(
          format(
              "<path class=\"grid\" d=\"M%.1f %dV%d\"/><text class=\"tick\" x=\"%.1f\" y=\"%d\""
                  + " text-anchor=\"middle\">%s</text>%n",
              x, TOP, HEIGHT - BOTTOM, x, HEIGHT - BOTTOM + 16, escape(tick.label())));
    }
    svg.append(
        format(
            "<text class=\"tick\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
            (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, escape(below)));
  }

  private void draw(StringBuilder svg, Line line) {
    StringBuilder path = new StringBuilder();
    for (Point point : line.points()) {
      path.append(format("%s%.1f %.1f", path.isEmpty() ? "M" : "L", x(point), y(point)));
    }
    svg.append(
        format(
            "<g><title>%s</title><path class=\"line\" d=\"%s\" stroke=\"%s\"%s/>",
            escape(line.name()),
            path,
            line.ink().colour(),
            line.ink().isDashed() ? " stroke-dasharray=\"5 4\"" : ""));
    for (Point point : line.points()) {
      svg.append(
          format(
              "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.6\" fill=\"%s\"><title>%s: %s %s at"
                  + " %s</title></circle>",
              x(point),
              y(point),
              line.ink().colour(),
              escape(line.name()),
              Numbers.short3(point.up()),
              escape(unit),
              Numbers.short3(point.across())));
    }
    svg.append("</g>\n");
  }

  /** Names that would lie upon each other are pushed down, then all of them up into the picture. */
  private void write(StringBuilder svg, List<Label> labels) {
    labels.sort(Comparator.comparingDouble(Label::y));
    double[] at = new double[labels.size()];
    for (int i = 0; i < at.length; i++) {
      at[i] = i == 0 ? labels.get(i).y() : Math.max(labels.get(i).y(), at[i - 1] + LABEL);
    }
    double bottom = HEIGHT - BOTTOM;
    for (int i = at.length - 1; i >= 0; i--) {
      at[i] = Math.min(at[i], bottom);
      bottom = at[i] - LABEL;
    }
    for (int i = 0; i < at.length; i++) {
      Label label = labels.get(i);
      svg.append(
          format(
              "<path class=\"leader\" d=\"M%d %.1fL%d %.1f\"/><text class=\"end\" x=\"%d\""
                  + " y=\"%.1f\" style=\"fill:%s\">%s</text>%n",
              WIDTH - RIGHT + 3,
              label.y(),
              WIDTH - RIGHT + 12,
              at[i],
              WIDTH - RIGHT + 15,
              at[i] + 4,
              label.ink().colour(),
              escape(label.name())));
    }
  }

  private double x(Point point) {
    return LEFT + within(across.at(point.across())) * (WIDTH - LEFT - RIGHT);
  }

  private double y(Point point) {
    return TOP + (1 - within(up.at(point.up()))) * (HEIGHT - TOP - BOTTOM);
  }

  private static double within(double position) {
    return Math.clamp(position, 0, 1);
  }
}
