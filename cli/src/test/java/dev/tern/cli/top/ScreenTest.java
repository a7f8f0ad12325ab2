package dev.tern.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScreenTest {
  private static final long SECOND = 1_000_000_000;

  /** What a server says that has answered so many calls, refused some and read so many bytes. */
  private static Sample sample(long atNanos, long good, long refused, long bytes) {
    return Sample.of(
        Map.of(
            "uptime_ms", 3_723_000,
            "last_seen_ms", 2,
            "connections", 7,
            "in_flight", 1_200,
            "queued", 4,
            "something_new", "a text",
            "calls", Map.of("OK", good, "SERVER_BUSY", refused),
            "counts",
                Map.of(
                    "refused_queue_full",
                    refused,
                    "closed_by_peer",
                    3,
                    "pings_sent",
                    8,
                    "replayed",
                    5,
                    "tls_handshakes_failed",
                    2,
                    "log_lines_dropped",
                    4,
                    "bytes_read",
                    bytes),
            "oddities", Map.of("late_reply", 1)),
        atNanos);
  }

  @Test
  void theFirstScreenHasNoRates() {
    List<String> lines = new Screen("HOST:1").screen(sample(0, 10, 0, 0));
    assertThat(lines)
        .contains(
            "HOST:1   up 1h 02m, last heard 2 ms ago",
            "calls/s                   -",
            "in flight             1,200",
            "  OK                                 10          -");
  }

  @Test
  void theSecondTellsWhatHasHappenedSinceASecond() {
    Screen screen = new Screen("HOST:1");
    screen.screen(sample(0, 10, 0, 0));
    assertThat(screen.screen(sample(2 * SECOND, 2_010, 6, 4 << 20)))
        .containsExactly(
            "HOST:1   up 1h 02m, last heard 2 ms ago",
            "",
            "calls/s               1,003",
            "in flight             1,200",
            "queued                    4",
            "connections               7",
            "bytes/s          2.0 MiB in   0 B out",
            "",
            "calls by code                       all   a second",
            "  OK                              2,010      1,000",
            "  SERVER_BUSY                         6        3.0",
            "",
            "refused, by reason                  all   a second",
            "  queue_full                          6        3.0",
            "",
            "connections closed                  all   a second",
            "  by_peer                             3          0",
            "",
            "also                                all   a second",
            "  log_lines_dropped                   4          0",
            "  pings_sent                          8          0",
            "  replayed                            5          0",
            "  tls_handshakes_failed               2          0",
            "",
            "peers' oddities                     all   a second",
            "  late_reply                          1          0");
  }

  @Test
  void fromTheThirdOnTheRatesAreDrawn() {
    Screen screen = new Screen("HOST:1");
    screen.screen(sample(0, 0, 0, 0));
    screen.screen(sample(SECOND, 100, 0, 0));
    assertThat(screen.screen(sample(2 * SECOND, 150, 0, 0)))
        .contains("calls/s                  50   █▅");
  }

  @Test
  void linesForAFileHaveAHeaderAndNoSeparators() {
    Screen screen = new Screen("HOST:1");
    assertThat(screen.lines(sample(0, 0, 0, 0))).isEmpty();
    assertThat(screen.lines(sample(SECOND, 12_345, 3, 2048)))
        .containsExactly(
            "   calls/s   errors/s  refused/s in_flight  queued connections   KiB_in/s  KiB_out/s",
            "   12348.0        3.0        3.0      1200       4           7        2.0        0.0");
    assertThat(screen.lines(sample(2 * SECOND, 12_345, 3, 2048))).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"0, 0 B", "9.5, 9.5 B", "1023, '1,023 B'", "2048, 2.0 KiB", "3e9, 2.8 GiB"})
  void bytes(double bytes, String shown) {
    assertThat(Figures.bytes(bytes)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({"PT1S, 1s", "PT61S, 1m 01s", "PT25H, 25h 00m"})
  void times(Duration time, String shown) {
    assertThat(Figures.time(time)).isEqualTo(shown);
  }

  @Test
  void nothingIsDrawnAsTheLowestBar() {
    assertThat(Figures.spark(List.of(0.0, 0.0))).isEqualTo("▁▁");
  }
}
