package dev.tern.protocol.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A conversation with a server, kept as text: what the peer sends, what happens, what comes back.
 *
 * <pre>
 *   # the rule that the script shows
 *   limits frame=64 in-flight=2   other bounds than the defaults, first line only
 *   > {"id":1,"method":"add"}     the peer sends a frame with this payload
 *   >frame 1F 8B                  the same, the payload in hex
 *   >hex 00 00 00 05 7B           the peer sends these very bytes
 *   >repeat 9 {"x":1}             the peer sends nine such frames
 *   eof  reset                    the peer shuts its output down; the connection is gone
 *   time +30s                     time passes; ms, s, m, h
 *   drain                         the server wants to stop
 *   call add [1,2]                the handler of add is asked for, with these params
 *   start add                     the handler of add starts
 *   never add                     it would like to start, but must not
 *   ok add 3                      it starts, unless it has, and returns a result
 *   fail add OUT_OF_STOCK none    it throws the application's own error
 *   told add EXPIRED              it is told that nobody waits any more
 *   refused add TIMEOUT           a call is counted that came to nothing before it was asked for
 *   &lt; {"id":1,"result":3}         the server sends a frame with this payload
 *   counted LATE_RESULT           something odd was counted; "x 9" behind it for nine times
 *   open  finishing  done         the connection lives; reads nothing more; may be closed
 * </pre>
 *
 * Nothing may happen that no line expects: all frames, calls, tokens and oddities are listed.
 */
record SessionScript(String name, String rule, List<Step> steps) {

  /** One line, its verb parted from the rest. */
  record Step(int line, String verb, String rest) {
    @Override
    public String toString() {
      return "line " + line + ": " + verb + (rest.isEmpty() ? "" : " " + rest);
    }
  }

  private static final Pattern LINE = Pattern.compile("(<|>[a-z]*|[a-z]+)(?: (.*))?");

  static SessionScript read(Path file) throws IOException {
    List<Step> steps = new ArrayList<>();
    StringBuilder rule = new StringBuilder();
    List<String> lines = Files.readAllLines(file, UTF_8);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("#")) {
        rule.append(line.substring(1).strip()).append(' ');
      } else if (!line.isBlank()) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
          throw new IllegalArgumentException(file + " line " + (i + 1) + ": " + line);
        }
        String rest = matcher.group(2);
        steps.add(new Step(i + 1, matcher.group(1), rest == null ? "" : rest));
      }
    }
    String name = String.valueOf(file.getFileName()).replace(".txt", "");
    if (rule.isEmpty() || steps.isEmpty()) {
      throw new IllegalArgumentException(name + ": no rule or no steps (expected: both)");
    }
    return new SessionScript(name, rule.toString().strip(), List.copyOf(steps));
  }

  @Override
  public String toString() {
    return name + ": " + rule;
  }
}
