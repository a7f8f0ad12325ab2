package dev.tern.cli.terminal;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Finds what somebody may have meant who has mistyped a name. */
public final class Similar {
  /** More than so many are no help. */
  private static final int MOST = 3;

  /** A mistake is allowed for each so many characters, and one more. */
  private static final int CHARACTERS_PER_MISTAKE = 4;

  /** What is longer is not compared: a peer's list may be long, and its names, too. */
  private static final int MAX_LENGTH = 256;

  private Similar() {}

  /** The names that resemble a word, the most similar first; empty if none does. */
  public static List<String> to(String word, Collection<String> names) {
    return names.stream()
        .distinct()
        .map(name -> Map.entry(name, mistakes(word, name)))
        .filter(entry -> entry.getValue() <= 1 + word.length() / CHARACTERS_PER_MISTAKE)
        .sorted(Comparator.comparingInt(Map.Entry::getValue)) // stable: then in the order given
        .limit(MOST)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** {@code ": did you mean add or addAll?"}; empty if nothing is similar. */
  public static String question(String word, Collection<String> names) {
    List<String> similar = to(word, names);
    return similar.isEmpty()
        ? ""
        : similar.stream().collect(Collectors.joining(" or ", ": did you mean ", "?"));
  }

  /**
   * How many characters are too many, missing, others, or changed places with their neighbours. A
   * name that ends with the word, behind a dot, is one away.
   */
  private static int mistakes(String word, String name) {
    String a = word.toLowerCase(Locale.ROOT);
    String b = name.toLowerCase(Locale.ROOT);
    if (b.endsWith("." + a)) {
      return 1;
    }
    if (a.length() > MAX_LENGTH || b.length() > MAX_LENGTH) {
      return Integer.MAX_VALUE;
    }
    int[][] rows = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        rows[i][j] = i == 0 || j == 0 ? i + j : least(rows, a, b, i, j);
      }
    }
    return rows[a.length()][b.length()];
  }

  private static int least(int[][] rows, String a, String b, int i, int j) {
    boolean same = a.charAt(i - 1) == b.charAt(j - 1);
    int least = rows[i - 1][j - 1] + (same ? 0 : 1);
    least = Math.min(least, 1 + Math.min(rows[i - 1][j], rows[i][j - 1]));
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(least, 1 + rows[i - 2][j - 2]) : least;
  }
}
