package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tern.conformance.MarkdownPage.Block;
import dev.tern.conformance.MarkdownPage.Row;
import dev.tern.core.Counter;
import dev.tern.core.client.ClientBuilder;
import dev.tern.core.link.StallWatch;
import dev.tern.core.tls.TlsServer;
import dev.tern.core.transport.Connection;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.script.Script;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What docs/PROTOCOL.md says is what the code does: its examples are played, its tables compared.
 */
class ProtocolExamplesTest {
  private static final MarkdownPage PAGE = MarkdownPage.read("docs/PROTOCOL.md");

  /** How to write a client, with examples of the same kind. */
  private static final MarkdownPage CLIENTS = MarkdownPage.read("docs/WRITE-A-CLIENT.md");

  /** Where the constants of the table of limits are. */
  private static final Map<String, Class<?>> OWNERS =
      Map.of(
          "ServerSettings", hidden("dev.tern.core.server.ServerSettings"),
          "StallWatch", StallWatch.class,
          "ClientBuilder", ClientBuilder.class,
          "Connection", Connection.class,
          "TlsServer", TlsServer.class);

  private static Class<?> hidden(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @TestFactory
  Stream<DynamicTest> everyExampleIsTrue() {
    return Stream.of(PAGE, CLIENTS)
        .flatMap(page -> page.blocks().stream())
        .filter(block -> !block.language().equals("text"))
        .map(block -> dynamicTest(block.name(), () -> play(block)));
  }

  private static void play(Block block) throws Exception {
    Script script = Script.of(block.name(), block.lines());
    switch (block.language()) {
      case "tern" -> {
        try (ServerExample example = new ServerExample()) {
          example.play(script);
        }
      }
      case "tern-client" -> {
        try (ClientExample example = new ClientExample()) {
          example.play(script);
        }
      }
      default ->
          throw new AssertionError(
              "block: " + block.language() + " (expected: tern, tern-client, or text)");
    }
  }

  @Test
  void theTableOfErrorCodesIsThatOfTheCode() {
    List<String> expected =
        Stream.of(ErrorCode.values())
            .map(
                code ->
                    String.join(
                        " | ",
                        code.name(),
                        String.valueOf(code.number()),
                        code.executed().wire(),
                        code.isTransient() ? "yes" : "no"))
            .toList();
    assertThat(PAGE.table("code"))
        .extracting(row -> String.join(" | ", row.cells().subList(0, 4)))
        .isEqualTo(expected);
  }

  @Test
  void theTableOfLimitsIsThatOfTheCode() throws ReflectiveOperationException {
    List<String> wrong = new ArrayList<>();
    for (Row row : PAGE.table("limit")) {
      String name = row.cells().get(2);
      String value = valueOf(name);
      if (!value.equals(row.cells().get(1))) {
        wrong.add(name + ": " + row.cells().get(1) + " (expected: " + value + ")");
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void theTableOfLimitsHasThemAll() {
    List<String> names = PAGE.table("limit").stream().map(row -> row.cells().get(2)).toList();
    assertThat(names)
        .containsAll(Stream.of(Bound.values()).map(bound -> "Bound." + bound).toList());
  }

  @Test
  void theTableOfCountsHasAllThatAServerCounts() {
    EnumSet<Counter> ofClients =
        EnumSet.of(Counter.NEVER_LEFT, Counter.RETRIED, Counter.NO_RETRY_BUDGET, Counter.HEDGED);
    assertThat(
            PAGE.table("count").stream()
                .flatMap(row -> Stream.of(row.cells().getFirst().replace("`", "").split(", ", -1))))
        .containsExactlyInAnyOrderElementsOf(
            EnumSet.complementOf(ofClients).stream().map(Counter::label).toList());
  }

  /** The value of a constant in the words of the page. */
  private static String valueOf(String name) throws ReflectiveOperationException {
    String owner = name.substring(0, name.indexOf('.'));
    String member = name.substring(owner.length() + 1);
    Object value =
        switch (owner) {
          case "Bound" -> Limits.DEFAULT.get(Bound.valueOf(member));
          default -> constant(owner, member);
        };
    return switch (value) {
      case Duration duration -> time(duration);
      case Number number when member.toUpperCase(Locale.ROOT).endsWith("MILLIS") ->
          time(Duration.ofMillis(number.longValue()));
      case Number number -> String.format(Locale.ROOT, "%,d", number.longValue());
      default -> throw new AssertionError(name + ": " + value + " (expected: a number or a time)");
    };
  }

  private static Object constant(String owner, String name) throws ReflectiveOperationException {
    Class<?> type = OWNERS.get(owner);
    if (type == null) {
      throw new ClassNotFoundException(owner + " (expected: one of " + OWNERS.keySet() + ")");
    }
    Field field = type.getDeclaredField(name);
    field.setAccessible(true);
    return field.get(null);
  }

  private static String time(Duration duration) {
    return duration.toSeconds() % 3_600 == 0
        ? duration.toHours() + " h"
        : duration.toSeconds() + " s";
  }
}
