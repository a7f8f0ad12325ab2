package dev.tern.bench.report;

import static dev.tern.bench.report.Markup.escape;
import static dev.tern.bench.report.Markup.format;

import dev.tern.bench.report.Results.Section;
import dev.tern.bench.report.Results.SystemUnderTest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The results as one HTML page that needs nothing beside itself. */
public final class Page {
  private final Results results;
  private final StringBuilder html = new StringBuilder();

  private Page(Results results) {
    this.results = results;
  }

  /** The page. */
  public static String of(Results results) {
    return new Page(results).write();
  }

  private String write() {
    html.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<title>Tern beside its rivals</title>\n<style>\n")
        .append(style())
        .append("</style></head><body>\n<h1>Tern beside its rivals</h1>\n");
    paragraph(
        "Measured "
            + results.started()
            + " in one sitting, each system with a server and a client JVM of its own, over"
            + " loopback. Absolute figures are this machine's; only the ratios are worth quoting.");
    paragraph(results.machine().inWords() + ". " + results.settings() + ".");
    bars();
    plots(
        "Throughput",
        "Callers on virtual threads, each waiting for its answer. The bar is the median of the"
            + " rounds, the whisker their spread. Grey: a bare echo of the same bytes, the limit.",
        Plots.throughput(results));
    plots(
        "Latency by percentile",
        "Each nine is as wide as the one before. At fixed rates each call counts from when it was"
            + " meant to start, at a share of each system's own peak.",
        Plots.latency(results));
    plots(
        "Cost as work grows",
        "From one call in flight to ten thousand on one connection, and what a call costs.",
        Plots.growth(results));
    plots("Cost of a call, and of a connection", "Less is better.", Plots.cost(results));
    tables();
    systems();
    return html.append("</body></html>\n").toString();
  }

  private static String style() {
    try (InputStream css = Objects.requireNonNull(Page.class.getResourceAsStream("page.css"))) {
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void paragraph(String text) {
    html.append("<p>").append(escape(text)).append("</p>\n");
  }

  private void bars() {
    html.append("<h2>The bars</h2>\n");
    paragraph("What Tern wants of itself, and what this run says.");
    html.append("<div class=\"scroll\"><table><tr><th>figure</th><th class=\"text\">bar</th>")
        .append("<th>measured (spread)</th><th>met?</th></tr>\n");
    for (Bar bar : Bars.of(results)) {
      String style =
          switch (bar.verdict()) {
            case MET -> "yes";
            case NOT_MET -> "no";
            case NOT_MEASURED -> "none";
          };
      html.append(
          format(
              "<tr><td>%s</td><td class=\"text\">%s</td><td>%s</td><td class=\"%s\">%s</td></tr>%n",
              escape(bar.figure()),
              escape(bar.boundInWords()),
              escape(bar.measuredInWords()),
              style,
              bar.verdictInWords()));
    }
    html.append("</table></div>\n");
  }

  private void plots(String heading, String text, List<String> plots) {
    if (plots.isEmpty()) {
      return;
    }
    html.append("<h2>").append(escape(heading)).append("</h2>\n");
    paragraph(text);
    html.append("<div class=\"plots\">\n");
    plots.forEach(html::append);
    html.append("</div>\n");
  }

  private void tables() {
    html.append("<h2>All figures</h2>\n");
    paragraph(
        "Medians of the rounds, with the spread of the throughput. Of two columns in a pair the"
            + " first is the server's, the second the client's. CPU: microseconds a call, which is"
            + " seconds a million calls. Memory: the most that the process held.");
    for (Section section : results.sections()) {
      html.append("<details><summary>").append(escape(section.title())).append("</summary>\n");
      html.append(Tables.of(section)).append("</details>\n");
    }
  }

  private void systems() {
    html.append("<h2>Who took part, and how</h2>\n<div class=\"scroll\"><table><tr><th>name</th>")
        .append("<th class=\"text\">version</th><th class=\"text\">configuration</th></tr>\n");
    for (SystemUnderTest system : results.systems()) {
      String flags = String.join(" ", system.jvmFlags());
      html.append(
          format(
              "<tr><td><span class=\"mark\" style=\"background:%s\"></span>%s</td>"
                  + "<td class=\"text\">%s</td><td class=\"text\">%s%s</td></tr>%n",
              Palette.of(system.name()),
              escape(system.name()),
              escape(system.version()),
              escape(system.configuration()),
              flags.isEmpty() ? "" : escape("; needs " + flags)));
    }
    html.append("</table></div>\n");
  }
}
