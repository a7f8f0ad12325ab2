package dev.tern.bench.draw;

import static dev.tern.bench.draw.Markup.escape;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** An HTML page that needs nothing beside itself, light or dark as its reader likes. */
public final class Document {
  private final StringBuilder html = new StringBuilder();

  /** Begins with a heading. */
  public Document(String title) {
    html.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
        .append(escape(title))
        .append("</title>\n<style>\n")
        .append(style())
        .append("</style></head><body>\n<h1>")
        .append(escape(title))
        .append("</h1>\n");
  }

  private static String style() {
    try (InputStream css = Objects.requireNonNull(Document.class.getResourceAsStream("page.css"))) {
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds the heading of a part. */
  public void heading(String text) {
    html.append("<h2>").append(escape(text)).append("</h2>\n");
  }

  /** Adds a paragraph. */
  public void paragraph(String text) {
    html.append("<p>").append(escape(text)).append("</p>\n");
  }

  /** Adds a paragraph that is what a hasty reader reads. */
  public void answer(String text) {
    html.append("<p class=\"answer\">").append(escape(text)).append("</p>\n");
  }

  /** Adds plots side by side, if there are any. */
  public void plots(List<String> plots) {
    if (!plots.isEmpty()) {
      html.append("<div class=\"plots\">\n");
      plots.forEach(html::append);
      html.append("</div>\n");
    }
  }

  /** Adds a part of plots with a heading and a text, if there are any. */
  public void plots(String heading, String text, List<String> plots) {
    if (!plots.isEmpty()) {
      heading(heading);
      paragraph(text);
      plots(plots);
    }
  }

  /** Adds what a reader opens. */
  public void details(String summary, String inside) {
    html.append("<details><summary>")
        .append(escape(summary))
        .append("</summary>\n")
        .append(inside)
        .append("</details>\n");
  }

  /** Adds markup as it is. */
  public void add(String markup) {
    html.append(markup);
  }

  /** A table; the first column is text. */
  public static String table(List<String> heads, List<List<String>> rows) {
    StringBuilder table = new StringBuilder("<div class=\"scroll\"><table><tr>");
    heads.forEach(head -> table.append("<th>").append(escape(head)).append("</th>"));
    table.append("</tr>\n");
    for (List<String> row : rows) {
      table.append("<tr>");
      row.forEach(cell -> table.append("<td>").append(escape(cell)).append("</td>"));
      table.append("</tr>\n");
    }
    return table.append("</table></div>\n").toString();
  }

  /** The page. */
  public String html() {
    return html + "</body></html>\n";
  }
}
