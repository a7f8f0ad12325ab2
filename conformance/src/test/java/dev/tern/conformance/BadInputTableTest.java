package dev.tern.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Which test stands for which row of the bad inputs. The table is committed, so that a row that
 * loses its test is a line in the diff, and the documentation can quote it.
 */
class BadInputTableTest {
  private static final String TABLE = "/bad-inputs.txt";
  private static final Pattern ROW = Pattern.compile("row(\\d{2,3})_\\w+");

  private static final List<Class<?>> TESTS =
      List.of(
          FramingRowsTest.class,
          PressureRowsTest.class,
          BudgetRowsTest.class,
          BeansTest.class,
          JsonSyntaxRowsTest.class,
          JsonValueRowsTest.class,
          EncodedRows.class,
          MessagePackRowsTest.class,
          ProtobufRowsTest.class,
          EncodingsTest.class,
          CompressedFramesTest.class,
          CompressionRowsTest.class,
          EnvelopeRowsTest.class,
          BatchTest.class,
          ClosingRowsTest.class,
          ClientRowsTest.class,
          EchoRowsTest.class,
          FilterRowsTest.class,
          RawJsonTest.class,
          SharedClientTest.class,
          MetadataTest.class,
          ConnectionsTest.class,
          LogTest.class,
          BlockedLogTest.class,
          ServingTest.class,
          ExecutorLaneTest.class,
          SocketRowsTest.class,
          ClosedTransportRowsTest.class,
          PythonRowsTest.class,
          RedeployRowsTest.class,
          OnceRowsTest.class,
          StoppedRowsTest.class,
          AuthRowsTest.class,
          LimitRowsTest.class,
          PeerRowsTest.class,
          TlsRowsTest.class,
          TlsPeersRowsTest.class,
          PemFileRowsTest.class,
          DeadLinkTest.class,
          HostilePeersTest.class,
          FullServerTest.class,
          FaultRowsTest.class,
          ProcessRowsTest.class,
          ClockStepsTest.class);

  /** Numbers that no row has. */
  private static final Set<Integer> FREE_ROWS =
      IntStream.rangeClosed(119, 137)
          .filter(row -> row == 119 || row > 125)
          .boxed()
          .collect(Collectors.toSet());

  private static final Set<Integer> ENCODING_ROWS = Set.of(37, 38, 39, 40, 41, 43);

  private static final Set<Integer> ONCE_ROWS = Set.of(44, 45, 46, 49, 50, 51, 53, 55);

  private static final Set<Integer> NETWORK_ROWS = Set.of(54, 56, 57, 58, 59, 60, 61);

  private static final Set<Integer> PROCESS_ROWS = Set.of(64, 65, 66, 67, 68, 69, 70, 71);

  /**
   * Those up to 71 that are not here wait for what they are about; from 72 on are rows that this
   * version brought.
   */
  static final List<Integer> ROWS =
      IntStream.rangeClosed(1, 164)
          .filter(
              row ->
                  row <= 36
                      || ENCODING_ROWS.contains(row)
                      || ONCE_ROWS.contains(row)
                      || NETWORK_ROWS.contains(row)
                      || PROCESS_ROWS.contains(row)
                      || (row >= 72 && !FREE_ROWS.contains(row)))
          .boxed()
          .toList();

  @Test
  void everyRowHasATest() {
    assertThat(found().keySet()).containsExactlyElementsOf(ROWS);
  }

  @Test
  void theCommittedTableIsTheOneOfTheTests() throws IOException {
    StringBuilder table = new StringBuilder();
    found()
        .forEach(
            (row, tests) -> tests.forEach(test -> table.append("%02d  %s%n".formatted(row, test))));
    try (InputStream committed = BadInputTableTest.class.getResourceAsStream(TABLE)) {
      assertThat(committed).as(TABLE).isNotNull();
      assertThat(new String(committed.readAllBytes(), UTF_8)).isEqualTo(table.toString());
    }
  }

  private static SortedMap<Integer, List<String>> found() {
    SortedMap<Integer, List<String>> rows = new TreeMap<>();
    for (Class<?> test : TESTS) {
      Arrays.stream(test.getDeclaredMethods())
          .map(Method::getName)
          .sorted()
          .forEach(
              name -> {
                Matcher row = ROW.matcher(name);
                if (row.matches()) {
                  rows.computeIfAbsent(Integer.valueOf(row.group(1)), _ -> new ArrayList<>())
                      .add(test.getSimpleName() + "." + name);
                }
              });
    }
    return rows;
  }
}
