package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages lead to files, and name types, that exist. */
class PagesTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");

  /**
   * In code marks, a name in camel case with two capitals or more: {@code ServerSession.complete}.
   */
  private static final Pattern NAMED_TYPE = Pattern.compile("`([A-Z][a-z0-9]+(?:[A-Z]\\w*)+)[`.(]");

  private static final Pattern DECLARED_TYPE =
      Pattern.compile("\\b(?:class|record|interface|enum) ([A-Z]\\w+)");

  /** Of the JDK, of Jackson, and of protobuf-java. */
  private static final Set<String> OF_OTHERS =
      Set.of(
          "AtomicInteger",
          "BigDecimal",
          "BigInteger",
          "CharSequence",
          "DynamicMessage",
          "HashMap",
          "IllegalArgumentException",
          "IllegalStateException",
          "JsonMapper",
          "JsonNode",
          "LocalDate",
          "ReentrantLock",
          "ServiceLoader",
          "ZoneId");

  static Stream<Path> pages() throws IOException {
    Path root = ProjectFiles.root();
    try (Stream<Path> docs = Files.walk(root.resolve("docs"))) {
      return Stream.concat(
          Stream.of(root.resolve("README.md"), root.resolve("CONTRIBUTING.md")),
          docs.toList().stream())
          .filter(page -> page.toString().endsWith(".md"))
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyLinkLeadsToAFile(Path page) {
    Path folder = page.resolveSibling("");
    assertThat(LINK.matcher(text(page)).results().map(link -> link.group(1)))
        .allSatisfy(target -> assertThat(folder.resolve(target)).exists());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyTypeThatIsNamedExists(Path page) throws IOException {
    Set<String> named =
        NAMED_TYPE
            .matcher(text(page))
            .results()
            .map(name -> name.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    named.removeAll(declaredTypes());
    named.removeAll(OF_OTHERS);
    assertThat(named).isEmpty();
  }

  private static Set<String> declaredTypes() throws IOException {
    try (Stream<Path> files = Files.walk(ProjectFiles.root())) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .flatMap(file -> DECLARED_TYPE.matcher(text(file)).results())
          .map((MatchResult type) -> type.group(1))
          .collect(Collectors.toSet());
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
