package dev.tern.bench.report;

import static dev.tern.bench.draw.Markup.escape;
import static dev.tern.bench.draw.Markup.format;

import dev.tern.bench.draw.Numbers;
import dev.tern.bench.draw.Spread;
import dev.tern.bench.report.Results.Row;
import dev.tern.bench.report.Results.Section;
import dev.tern.bench.worker.Sample;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A workload's figures as an HTML table. */
final class Tables {
  private static final List<String> CALLS =
      List.of(
          "calls/s",
          "spread",
          "p50 µs",
          "p99 µs",
          "p99.9 µs",
          "CPU µs",
          "",
          "MiB",
          "",
          "B/call",
          "");

  private static final List<String> IDLE =
      List.of(
          "connections",
          "server heap B",
          "direct B",
          "threads",
          "resident B",
          "all of them: processor %",
          "client heap B",
          "direct B",
          "threads",
          "resident B",
          "all of them: processor %");

  private Tables() {}

  static String of(Section section) {
    boolean idle = section.rows().stream().anyMatch(row -> !row.idle().isEmpty());
    List<String> heads = idle ? IDLE : CALLS;
    StringBuilder html = new StringBuilder("<div class=\"scroll\"><table><tr><th></th>");
    heads.forEach(head -> html.append("<th>").append(escape(head)).append("</th>"));
    html.append("</tr>\n");
    for (Row row : section.rows()) {
      html.append(
          format(
              "<tr><td><span class=\"mark\" style=\"background:%s\"></span>%s</td>",
              Palette.of(row.name()).colour(), escape(row.name())));
      if (!row.hasFigures()) {
        html.append(
            format(
                "<td class=\"text failed\" colspan=\"%d\">failed: %s</td>",
                heads.size(), escape(String.valueOf(row.failure()))));
      } else if (idle) {
        idle(html, row.idle());
      } else {
        calls(html, row.samples());
      }
      html.append("</tr>\n");
    }
    return html.append("</table></div>\n").toString();
  }

  private static void calls(StringBuilder html, List<Sample> samples) {
    Spread calls = Spread.of(samples, Sample::callsPerSecond);
    cell(html, Numbers.whole(calls.median()));
    html.append(
        format(
            "<td class=\"spread\">%s–%s</td>",
            Numbers.whole(calls.least()), Numbers.whole(calls.most())));
    List<ToDoubleFunction<Sample>> figures =
        List.of(
            sample -> sample.latencyMicros(50),
            sample -> sample.latencyMicros(99),
            sample -> sample.latencyMicros(99.9),
            Sample::serverCpuMicros,
            Sample::clientCpuMicros,
            sample -> sample.server().peakKib() / 1024.0,
            sample -> sample.client().peakKib() / 1024.0,
            Sample::serverBytesPerCall,
            Sample::clientBytesPerCall);
    figures.forEach(figure -> cell(html, Numbers.short3(Spread.of(samples, figure).median())));
  }

  private static void idle(StringBuilder html, List<IdleSample> samples) {
    cell(html, Numbers.whole(samples.getFirst().connections()));
    List<ToDoubleFunction<IdleSample.Cost>> figures =
        List.of(
            IdleSample.Cost::heapBytes,
            IdleSample.Cost::directBytes,
            IdleSample.Cost::threads,
            IdleSample.Cost::residentBytes,
            IdleSample.Cost::processorPercent);
    for (var figure : figures) {
      cell(
          html,
          Numbers.short3(
              Spread.of(samples, sample -> figure.applyAsDouble(sample.server())).median()));
    }
    for (var figure : figures) {
      cell(
          html,
          Numbers.short3(
              Spread.of(samples, sample -> figure.applyAsDouble(sample.client())).median()));
    }
  }

  private static void cell(StringBuilder html, String text) {
    html.append("<td>").append(escape(text)).append("</td>");
  }
}
