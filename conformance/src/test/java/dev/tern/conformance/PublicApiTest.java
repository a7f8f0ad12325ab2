package dev.tern.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The public API stands in {@code api/MODULE.txt}, so that a change of it is a line in the diff.
 * {@code ./build --accept-api} writes the files anew.
 */
class PublicApiTest {
  private static final Pattern EXPORTS = Pattern.compile("exports ([\\w.]+);");
  private static final int MAX_LINES_SHOWN = 40;

  /** The modules that export something. */
  static List<String> modules() throws IOException {
    try (Stream<Path> folders = Files.list(ProjectFiles.root())) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("src/main/java/module-info.java")))
          .map(folder -> folder.getFileName().toString())
          .filter(module -> !exportsOf(module).isEmpty())
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("modules")
  void isAsItsFileSays(String module) throws IOException {
    Path file = ProjectFiles.root().resolve("api").resolve(module + ".txt");
    List<String> now = apiOf(module);
    if (Boolean.getBoolean("acceptApi")) {
      Files.createDirectories(file.getParent());
      Files.write(file, now);
      return;
    }
    List<String> committed = Files.exists(file) ? Files.readAllLines(file) : List.of();
    if (!now.equals(committed)) {
      throw new AssertionError(
          "the API of "
              + module
              + " is not what api/"
              + module
              + ".txt says; if that is meant: ./build --accept-api\n"
              + String.join("\n", difference(committed, now)));
    }
  }

  private static List<String> apiOf(String module) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String exported : exportsOf(module)) {
      lines.add("package " + exported);
      for (Class<?> type : publicTypesOf(module, exported)) {
        lines.add("");
        lines.addAll(PublicApi.linesOf(type));
      }
      lines.add("");
    }
    lines.removeLast();
    return lines;
  }

  /** The packages that everybody may use. */
  static List<String> exportsOf(String module) {
    Matcher exports =
        EXPORTS.matcher(ProjectFiles.read(module + "/src/main/java/module-info.java"));
    return exports.results().map(found -> found.group(1)).sorted().toList();
  }

  private static List<Class<?>> publicTypesOf(String module, String exported) throws IOException {
    Path folder =
        ProjectFiles.root().resolve(module + "/src/main/java").resolve(exported.replace('.', '/'));
    List<Class<?>> types = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(".java") && !name.equals("package-info.java")) {
          Class<?> type = load(exported + "." + name.substring(0, name.length() - 5));
          if (Modifier.isPublic(type.getModifiers())) {
            types.add(type);
          }
        }
      }
    }
    return types;
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, PublicApiTest.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new UncheckedIOException(new IOException(name + " is not on the class path", e));
    }
  }

  /** What was taken away (-) and added (+); context lines show where. */
  private static List<String> difference(List<String> before, List<String> after) {
    int[][] common = new int[before.size() + 1][after.size() + 1];
    for (int i = before.size() - 1; i >= 0; i--) {
      for (int j = after.size() - 1; j >= 0; j--) {
        common[i][j] =
            before.get(i).equals(after.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    List<String> lines = new ArrayList<>();
    String within = "";
    int i = 0;
    int j = 0;
    while (i < before.size() || j < after.size()) {
      if (i < before.size() && j < after.size() && before.get(i).equals(after.get(j))) {
        within = before.get(i).startsWith(" ") ? within : before.get(i);
        i++;
        j++;
        continue;
      }
      boolean added =
          i == before.size() || (j < after.size() && common[i][j + 1] > common[i + 1][j]);
      String line = added ? "+ " + after.get(j++) : "- " + before.get(i++);
      lines.add(line + (within.isEmpty() ? "" : "    (in " + within + ")"));
    }
    return lines.size() <= MAX_LINES_SHOWN
        ? lines
        : Stream.concat(
                lines.stream().limit(MAX_LINES_SHOWN),
                Stream.of("… and " + (lines.size() - MAX_LINES_SHOWN) + " more"))
            .toList();
  }
}
