package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.conformance.MarkdownPage.Row;
import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of bad inputs in docs/PROMISES.md names tests that exist. */
class PromisesTest {
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
}
