package dev.tern.bench.report;

import static dev.tern.bench.draw.Markup.escape;
import static dev.tern.bench.draw.Markup.format;

import dev.tern.bench.draw.Document;
import dev.tern.bench.report.Results.Section;
import dev.tern.bench.report.Results.SystemUnderTest;

/** The results as one HTML page that needs nothing beside itself. */
public final class Page {
  private final Results results;
  private final Document page = new Document("Tern beside its rivals");

  private Page(Results results) {
    this.results = results;
  }

  /** The page. */
  public static String of(Results results) {
    return new Page(results).write();
  }

  private String write() {
    page.paragraph(
        "Measured "
            + results.started()
            + " in one sitting, each system with a server and a client JVM of its own, over"
            + " loopback. Absolute figures are this machine's; only the ratios are worth quoting.");
    page.paragraph(results.machine().inWords() + ". " + results.settings() + ".");
    bars();
    page.plots(
        "Throughput",
        "Callers on virtual threads, each waiting for its answer. The bar is the median of the"
            + " rounds, the whisker their spread. Grey: a bare echo of the same bytes, the limit.",
        Plots.throughput(results));
    page.plots(
        "Latency by percentile",
        "Each nine is as wide as the one before. At fixed rates each call counts from when it was"
            + " meant to start, at a share of each system's own peak.",
        Plots.latency(results));
    page.plots(
        "Cost as work grows",
        "From one call in flight to ten thousand on one connection, and what a call costs.",
        Plots.growth(results));
    page.plots("Cost of a call, and of a connection", "Less is better.", Plots.cost(results));
    tables();
    systems();
    return page.html();
  }

  private void bars() {
    page.heading("The bars");
    page.paragraph("What Tern wants of itself, and what this run says.");
    StringBuilder html = new StringBuilder();
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
    page.add(html.append("</table></div>\n").toString());
  }

  private void tables() {
    page.heading("All figures");
    page.paragraph(
        "Medians of the rounds, with the spread of the throughput. Of two columns in a pair the"
            + " first is the server's, the second the client's. CPU: microseconds a call, which is"
            + " seconds a million calls. Memory: the most that the process held.");
    for (Section section : results.sections()) {
      page.details(section.title(), Tables.of(section));
    }
  }

  private void systems() {
    page.heading("Who took part, and how");
    StringBuilder html = new StringBuilder("<div class=\"scroll\"><table><tr><th>name</th>");
    html.append("<th class=\"text\">version</th><th class=\"text\">configuration</th></tr>\n");
    for (SystemUnderTest system : results.systems()) {
      String flags = String.join(" ", system.jvmFlags());
      html.append(
          format(
              "<tr><td><span class=\"mark\" style=\"background:%s\"></span>%s</td>"
                  + "<td class=\"text\">%s</td><td class=\"text\">%s%s</td></tr>%n",
              Palette.of(system.name()).colour(),
              escape(system.name()),
              escape(system.version()),
              escape(system.configuration()),
              flags.isEmpty() ? "" : escape("; needs " + flags)));
    }
    page.add(html.append("</table></div>\n").toString());
  }
}
