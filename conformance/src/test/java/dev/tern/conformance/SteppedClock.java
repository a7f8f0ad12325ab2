package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The time of day of another process, which a test sets: a library that is loaded before the
 * system's own answers for it. The monotonic clock is the machine's.
 *
 * @param step a file that says by how many seconds the time of day is wrong
 */
record SteppedClock(Path library, Path step) {
  private static final String SOURCE =
      """
      #define _GNU_SOURCE
      #include <fcntl.h>
      #include <stdlib.h>
      #include <sys/syscall.h>
      #include <sys/time.h>
      #include <time.h>
      #include <unistd.h>

      static long step(void) {
        const char *name = getenv("TERN_CLOCK_STEP");
        char text[16] = {0};
        int file = name ? open(name, O_RDONLY) : -1;
        if (file < 0) return 0;
        ssize_t length = read(file, text, sizeof text - 1);
        close(file);
        return length > 0 ? atol(text) : 0;
      }

      int clock_gettime(clockid_t clock, struct timespec *now) {
        int failed = syscall(SYS_clock_gettime, clock, now);
        if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += step();
        return failed;
      }

      int gettimeofday(struct timeval *restrict now, void *restrict zone) {
        int failed = syscall(SYS_gettimeofday, now, zone);
        if (!failed && now) now->tv_sec += step();
        return failed;
      }

      time_t time(time_t *now) {
        struct timespec read;
        clock_gettime(CLOCK_REALTIME, &read);
        if (now) *now = read.tv_sec;
        return read.tv_sec;
      }
      """;

  /** Makes one whose time is right, or skips the test where there is no compiler for it. */
  static SteppedClock orSkip(Path folder, String name) throws IOException, InterruptedException {
    Path source = Files.writeString(folder.resolve(name + ".c"), SOURCE);
    Path library = folder.resolve(name + ".so");
    try {
      JavaProcess.outputOf(
          List.of("cc", "-shared", "-fPIC", "-o", library.toString(), source.toString()));
    } catch (IOException e) {
      abort("skipped, as it needs a C compiler, on Linux: " + e.getMessage());
    }
    return new SteppedClock(library, Files.writeString(folder.resolve(name + ".step"), "0"));
  }

  /** A command whose time of day this is. */
  List<String> command(List<String> command) {
    List<String> with =
        new ArrayList<>(List.of("env", "LD_PRELOAD=" + library, "TERN_CLOCK_STEP=" + step));
    with.addAll(command);
    return with;
  }

  /** Whether it is loaded in that process. */
  void assertIn(Process process) throws IOException {
    assertThat(Files.readString(Path.of("/proc/" + process.pid() + "/maps")))
        .contains(library.toString());
  }
}
