package dev.tern.cli.call;

import dev.tern.core.OperationToken;
import dev.tern.core.transport.HostPort;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How to go on with an operation that may have run: command lines for a shell.
 *
 * @param callerOptions the options that say who calls, as they were given
 * @param params as they were given
 */
record NextSteps(HostPort server, String method, List<String> params, List<String> callerOptions) {
  /** What no shell changes. */
  private static final String PLAIN = "[\\w@%+=:,./-]+";

  /** For one whose token is known. */
  List<String> of(OperationToken token) {
    return lines(List.of(token.toString()), "", List.of("--resume", token.toString()));
  }

  /**
   * For one of which the key alone is known.
   *
   * @param options what the next attempt has to say beside the key
   */
  List<String> of(String key, List<String> options) {
    List<String> identity = new ArrayList<>(options);
    identity.addAll(List.of("--key", key));
    return lines(List.of(method, key), "while the server remembers: ", identity);
  }

  /**
   * @param only when the second line is safe: the token says when the operation began, and a key
   *     alone begins a new one where the first is forgotten
   */
  private List<String> lines(List<String> operation, String only, List<String> identity) {
    List<String> ask = start("outcome");
    ask.addAll(operation);
    List<String> again = start("call");
    again.add(method);
    again.addAll(params);
    again.addAll(identity);
    return List.of(
        "to learn what became of it:  " + quoted(ask),
        "to go on with it, not twice" + (only.isEmpty() ? ": " : ", " + only) + quoted(again));
  }

  private List<String> start(String command) {
    List<String> words = new ArrayList<>(List.of("tern", command));
    words.addAll(callerOptions);
    words.add(server.toString());
    return words;
  }

  private static String quoted(List<String> words) {
    return words.stream().map(NextSteps::quoted).collect(Collectors.joining(" "));
  }

  private static String quoted(String word) {
    return word.matches(PLAIN) ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
