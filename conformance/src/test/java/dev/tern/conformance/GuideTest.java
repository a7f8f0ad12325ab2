package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tern.conformance.MarkdownPage.Block;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The guide's Java is compiled and run, and prints what stands below it.
 *
 * <p>A block that begins with an import is a program of its own, or has nothing but the imports of
 * all other programs. The other blocks of a chapter are one program: one after the other they stand
 * in a {@code main} that has a {@code transport}. The block of {@code text} behind one of Java is
 * what that one prints; one without prints nothing.
 */
class GuideTest {
  private static final MarkdownPage PAGE = MarkdownPage.read("docs/GUIDE.md");

  /** No program prints it by itself. */
  private static final String END_OF_BLOCK = "\f";

  private static final Pattern CLASS = Pattern.compile("^public class (\\w+)", Pattern.MULTILINE);

  /** A chapter that hangs must not hang the tests. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** A block of Java and what it prints. */
  private record Example(Block block, String expected) {
    boolean isWhole() {
      return block.lines().getFirst().startsWith("import ");
    }

    boolean isImports() {
      return block.lines().stream().allMatch(line -> line.startsWith("import "));
    }

    String text() {
      return String.join("\n", block.lines()) + "\n";
    }
  }

  /** A class of the package without a name. */
  private record Program(String className, String source, List<Example> examples) {
    String name() {
      return examples.getFirst().block().name();
    }
  }

  @TestFactory
  Stream<DynamicTest> printsWhatStandsBelow(@TempDir Path folder) throws IOException {
    List<Program> programs = programs();
    Path classes = compile(programs, folder);
    return programs.stream()
        .map(
            program ->
                dynamicTest(
                    program.name(),
                    () -> assertTimeoutPreemptively(LIMIT, () -> check(program, classes))));
  }

  /** Else a chapter could say anything. */
  @Test
  void eachChapterWithCodeShowsWhatComesOut() {
    assertThat(programs())
        .isNotEmpty()
        .allSatisfy(
            program ->
                assertThat(program.examples())
                    .as(program.name())
                    .anyMatch(one -> !one.expected().isEmpty()));
  }

  private static List<Program> programs() {
    List<Program> programs = new ArrayList<>();
    Map<String, List<Example>> chapters = new LinkedHashMap<>();
    String imports = "";
    for (Example example : examples()) {
      if (example.isImports()) {
        imports = example.text();
      } else if (example.isWhole()) {
        Matcher name = CLASS.matcher(example.text());
        assertThat(name.find()).as("%s: a class", example.block().name()).isTrue();
        programs.add(new Program(name.group(1), example.text(), List.of(example)));
      } else {
        chapters.computeIfAbsent(example.block().heading(), _ -> new ArrayList<>()).add(example);
      }
    }
    for (List<Example> chapter : chapters.values()) {
      String name = "Line" + chapter.getFirst().block().line();
      programs.add(new Program(name, sourceOf(imports, name, chapter), chapter));
    }
    return programs;
  }

  /** The blocks of a chapter as a program. */
  private static String sourceOf(String imports, String className, List<Example> chapter) {
    String body =
        chapter.stream()
            .map(example -> example.text() + "System.out.print('\\f');\n")
            .collect(Collectors.joining());
    return """
    %s
    public class %s {
      public static void main(String[] args) throws Exception {
        try (ThreadsTransport transport = new ThreadsTransport()) {
    %s
        }
      }
    }
    """
        .formatted(imports, className, body);
  }

  private static List<Example> examples() {
    List<Example> examples = new ArrayList<>();
    List<Block> blocks = PAGE.blocks();
    for (int i = 0; i < blocks.size(); i++) {
      if (blocks.get(i).language().equals("java")) {
        boolean prints = i + 1 < blocks.size() && blocks.get(i + 1).language().equals("text");
        String expected = prints ? String.join("\n", blocks.get(i + 1).lines()) : "";
        examples.add(new Example(blocks.get(i), expected));
      }
    }
    return examples;
  }

  /** All at once: the compiler takes longer to start than to compile. */
  private static Path compile(List<Program> programs, Path folder) throws IOException {
    Path classes = folder.resolve("classes");
    List<String> arguments =
        new ArrayList<>(
            List.of("-Xlint:all,-path,-try", "-Werror", "-proc:none", "-d", classes.toString()));
    for (Program program : programs) {
      Path file = folder.resolve(program.className() + ".java");
      arguments.add(Files.writeString(file, program.source()).toString());
    }
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, said, said, arguments.toArray(String[]::new));
    assertThat(status).as("javac's status; it says: %s", said.toString(UTF_8)).isZero();
    return classes;
  }

  private static void check(Program program, Path classes) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(out, true, UTF_8));
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {classes.toUri().toURL()}, GuideTest.class.getClassLoader())) {
      Class<?> main = loader.loadClass(program.className());
      main.getMethod("main", String[].class).invoke(null, (Object) new String[0]);
    } finally {
      System.setOut(before);
    }
    String[] printed = out.toString(UTF_8).split(END_OF_BLOCK, -1);
    for (int i = 0; i < program.examples().size(); i++) {
      Example example = program.examples().get(i);
      assertThat(printed[i].strip()).as(example.block().name()).isEqualTo(example.expected());
    }
  }
}
