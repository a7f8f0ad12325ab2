package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tern.conformance.MarkdownPage.Row;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The tables of docs/PROMISES.md name tests that exist. */
class PromisesTest {
  /** As tests are written here, in Java and in Python: methods that are not private. */
  private static final Pattern TEST =
      Pattern.compile("^ +(?:void|Stream<DynamicTest>|def) (\\w+)\\(", Pattern.MULTILINE);

  private static final List<Row> ROWS = MarkdownPage.read("docs/PROMISES.md").table("row");

  @Test
  void theTableHasEveryRowButTheBatches() {
    assertThat(ROWS)
        .extracting(row -> Integer.valueOf(row.cells().getFirst()))
        .containsExactlyElementsOf(BadInputTableTest.ROWS);
  }

  @Test
  void eachTestHasThatRow() {
    assertThat(ROWS).allSatisfy(row -> assertThat(testsOf(row)).isNotEmpty());
  }

  private static List<String> testsOf(Row row) throws ClassNotFoundException {
    String prefix = "row%02d_".formatted(Integer.valueOf(row.cells().getFirst()));
    Class<?> test =
        Class.forName(PromisesTest.class.getPackageName() + "." + row.cells().getLast());
    return Stream.of(test.getDeclaredMethods())
        .map(Method::getName)
        .filter(name -> name.startsWith(prefix))
        .toList();
  }

  /** A test that is renamed or taken out takes what it showed with it. */
  @TestFactory
  Stream<DynamicTest> whatBrokeOnceHasItsTests() throws IOException {
    Set<String> tests = tests();
    return MarkdownPage.read("docs/PROMISES.md").table("what broke, or was missed").stream()
        .map(
            row ->
                dynamicTest(
                    row.cells().getFirst(),
                    () -> assertThat(tests).contains(row.cells().getLast().split(", "))));
  }

  /** All tests of all modules, and of the client in Python: a class or file, a dot, a name. */
  private static Set<String> tests() throws IOException {
    Set<String> tests = new HashSet<>();
    try (Stream<Path> files = Files.walk(ProjectFiles.root())) {
      for (Path file : files.filter(PromisesTest::mayHoldTests).toList()) {
        String name = file.getFileName().toString().replaceFirst("\\..*", "");
        TEST.matcher(Files.readString(file))
            .results()
            .forEach(test -> tests.add(name + "." + test.group(1)));
      }
    }
    return tests;
  }

  private static boolean mayHoldTests(Path file) {
    return file.toString().endsWith("Test.java") || file.endsWith("test_tern.py");
  }
}
