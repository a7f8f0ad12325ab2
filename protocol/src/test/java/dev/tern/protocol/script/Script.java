package dev.tern.protocol.script;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A conversation, kept as text: what the client sends, what happens, what the server sends. The
 * sessions' scripts and the examples of PROTOCOL.md are written like this; a player may refuse a
 * step that it has no use for.
 *
 * <pre>
 *   # words              a comment; those above the first step say what the script shows
 *   &gt; TEXT               the client sends a frame with this payload
 *   &gt; hex 00 0A          the client sends these bytes
 *   &lt; TEXT               the server sends a frame with this payload
 *   call METHOD PARAMS   the client calls
 *   = TEXT               the client's oldest call ends, with this result or this CODE and verdict
 *   (words)              something happens, or is so: see {@link #PHRASES}
 *   (9 times:)           the next line is meant so often, with the reply that follows it
 * </pre>
 *
 * In a line ⟨3 × ab⟩ stands for ababab. A line that begins with spaces continues the one before it.
 * In what is expected … stands for anything.
 *
 * @param name of the file, or what else tells scripts apart
 * @param rule what the script shows; may be empty
 */
public record Script(String name, String rule, List<Step> steps) {

  /** What stands in brackets: a step's verb, and how it is said. The groups are the step's rest. */
  private static final Map<String, Pattern> PHRASES = new LinkedHashMap<>();

  private static void phrase(String verb, String words) {
    PHRASES.put(verb, Pattern.compile("\\(" + words + "\\)"));
  }

  static {
    // Before all other steps: bounds that differ from the defaults.
    phrase("frame-bytes", "a frame has room for (\\d+) bytes");
    phrase("in-flight", "a connection has room for (\\d+) calls?");
    phrase("server-in-flight", "the server has room for (\\d+) calls?");
    phrase("ann", "the server knows the token (\\S+), of ann, who may not divide");
    phrase("stats", "the server tells what it counts");
    phrase("errors", "a connection may make (\\d+) errors a second");
    phrase("controls", "a connection may send (\\d+) rpc calls a second");
    phrase("heartbeat", "the server pings after (\\d+) s of silence, and waits (\\d+) s");
    phrase("idle", "a connection is idle after (\\d+) s");
    phrase("age", "a connection is old after (\\d+) s");
    phrase("compress", "the server has switched on (\\S+)");
    phrase("jsonrpc", "the client is told to speak JSON-RPC");
    // What the peers and the network do.
    phrase("time", "([0-9,.]+) (ms|s|min|h) pass");
    phrase("eof", "the client shuts its output down");
    phrase("reset", "the connection breaks");
    phrase("drain", "the server is closed");
    phrase("grace", "the grace ends");
    phrase("room", "others wait for its place");
    phrase("pause", "the server does not read for now");
    phrase("resume", "the server reads on");
    phrase("moved", "the client has taken some of what waits for it");
    phrase("close-client", "the client is closed");
    // What handlers are asked for, and do.
    phrase("called", "(\\S+) is called(?: with (.+))?");
    phrase("start", "(\\S+) has started");
    phrase("never", "(\\S+) cannot start");
    phrase("ok", "(\\S+) returns(?: (.+))?");
    phrase("fail", "(\\S+) fails with (\\S+) (.+)");
    phrase("give-up", "(\\S+) gives up");
    phrase("told", "(\\S+) is told that nobody waits(?:: (\\S+))?");
    // What is to be seen.
    phrase("refused", "(\\S+) is refused as (\\S+)");
    phrase("counted", "(\\S+) is counted(?: (\\d+) times)?");
    phrase("open", "the connection lives");
    phrase("finishing", "the server reads no more");
    phrase("done", "the server closes");
    phrase("gone", "the server takes the client for gone");
    phrase("client-done", "the client closes");
    phrase("reconnected", "on a new connection");
  }

  private static final Pattern TIMES = Pattern.compile("\\(([0-9,]+) times:\\)");
  private static final Pattern REPEATED = Pattern.compile("⟨([0-9,]+) × ([^⟩]+)⟩");
  private static final Pattern PLAIN = Pattern.compile("(> hex|>|<|call|=) (.+)");

  /**
   * One step.
   *
   * @param verb what stands at the line's beginning, or the key of its phrase
   * @param rest the rest of the line, or the groups of the phrase
   */
  public record Step(int line, String verb, String rest) {

    /** The bytes that the step sends: those that stand there, or the payload in its frame. */
    public byte[] bytes() {
      return verb.equals("> hex") ? HexFormat.of().parseHex(rest.replace(" ", "")) : framed(rest);
    }

    /** Whether this frame, or whatever else came, is what the step expects. */
    public boolean expects(String came) {
      StringBuilder regex = new StringBuilder();
      for (String part : rest.split("…", -1)) {
        regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(part));
      }
      return came.matches(regex.toString());
    }

    @Override
    public String toString() {
      return "line " + line + ": " + verb + (rest.isEmpty() ? "" : " " + rest);
    }
  }

  /** The time that the rest of a step {@code time} says. */
  public static Duration duration(String rest) {
    String[] words = rest.split(" ", 2);
    BigDecimal number = new BigDecimal(words[0].replace(",", ""));
    long unit =
        switch (words[1]) {
          case "ms" -> 1;
          case "s" -> 1_000;
          case "min" -> 60_000;
          default -> 3_600_000;
        };
    return Duration.ofMillis(number.multiply(BigDecimal.valueOf(unit)).longValueExact());
  }

  /** A frame with this payload. */
  public static byte[] framed(String payload) {
    byte[] bytes = payload.getBytes(UTF_8);
    return ByteBuffer.allocate(Integer.BYTES + bytes.length)
        .putInt(bytes.length)
        .put(bytes)
        .array();
  }

  /** The script in a file, which says what it shows. */
  public static Script read(Path file) throws IOException {
    String name = String.valueOf(file.getFileName()).replace(".txt", "");
    Script script = of(name, Files.readAllLines(file, UTF_8));
    if (script.rule.isEmpty() || script.steps.isEmpty()) {
      throw new IllegalArgumentException(name + ": no rule or no steps (expected: both)");
    }
    return script;
  }

  /** The script of these lines, the first of which has the number 1. */
  public static Script of(String name, List<String> written) {
    StringBuilder rule = new StringBuilder();
    List<Step> steps = new ArrayList<>();
    int times = 1;
    int group = 0; // of the lines that are meant so often, where the first step stands
    List<String> lines = joined(written);
    for (int i = 0; i < lines.size(); i++) {
      String line = expanded(lines.get(i));
      Matcher repeat = TIMES.matcher(line);
      if (line.startsWith("#")) {
        rule.append(steps.isEmpty() ? line.substring(1) : "");
      } else if (repeat.matches()) {
        times = number(repeat.group(1));
        group = steps.size();
      } else if (!line.isEmpty()) {
        steps.add(step(name, i + 1, line));
        boolean answered = i + 1 < lines.size() && lines.get(i + 1).startsWith("<");
        if (times > 1 && !(answered && group == steps.size() - 1)) {
          List<Step> again = List.copyOf(steps.subList(group, steps.size()));
          IntStream.range(1, times).forEach(_ -> steps.addAll(again));
          times = 1;
        }
      }
    }
    return new Script(name, rule.toString().strip(), List.copyOf(steps));
  }

  /** The lines, each with those that continue it, which are empty in their own places. */
  private static List<String> joined(List<String> written) {
    List<String> lines = new ArrayList<>();
    int first = 0;
    for (String line : written) {
      boolean continues = line.startsWith(" ");
      if (continues) {
        lines.set(first, lines.get(first) + line.strip());
      } else {
        first = lines.size();
      }
      lines.add(continues ? "" : line.strip());
    }
    return lines;
  }

  private static Step step(String name, int number, String line) {
    Matcher plain = PLAIN.matcher(line);
    if (plain.matches()) {
      return new Step(number, plain.group(1), plain.group(2));
    }
    for (Map.Entry<String, Pattern> phrase : PHRASES.entrySet()) {
      Matcher matcher = phrase.getValue().matcher(line);
      if (matcher.matches()) {
        String rest =
            IntStream.rangeClosed(1, matcher.groupCount())
                .mapToObj(matcher::group)
                .filter(group -> group != null)
                .collect(Collectors.joining(" "));
        return new Step(number, phrase.getKey(), rest);
      }
    }
    throw new IllegalArgumentException(
        name + " line " + number + ": " + line + " (expected: a step that Script knows)");
  }

  private static String expanded(String line) {
    return REPEATED.matcher(line).replaceAll(Script::repeated);
  }

  private static String repeated(MatchResult found) {
    return Matcher.quoteReplacement(found.group(2).repeat(number(found.group(1))));
  }

  private static int number(String digits) {
    return Integer.parseInt(digits.replace(",", ""));
  }

  @Override
  public String toString() {
    return name + ": " + rule;
  }
}
