package dev.tern.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines of an example of PROTOCOL.md, as they are meant: ⟨3 × ab⟩ stands for ababab, and a line
 * that begins with spaces continues the one before it.
 */
final class ExampleLines {
  private static final Pattern REPEATED = Pattern.compile("⟨([0-9,]+) × ([^⟩]+)⟩");

  private ExampleLines() {}

  static List<String> of(List<String> written) {
    List<String> lines = new ArrayList<>();
    for (String line : written) {
      if (line.startsWith(" ")) {
        lines.add(lines.removeLast() + line.strip());
      } else {
        lines.add(line.strip());
      }
    }
    return lines.stream().map(ExampleLines::expanded).toList();
  }

  private static String expanded(String line) {
    return REPEATED.matcher(line).replaceAll(ExampleLines::repeated);
  }

  private static String repeated(MatchResult found) {
    int times = Integer.parseInt(found.group(1).replace(",", ""));
    return Matcher.quoteReplacement(found.group(2).repeat(times));
  }
}
