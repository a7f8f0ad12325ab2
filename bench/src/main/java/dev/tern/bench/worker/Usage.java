package dev.tern.bench.worker;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process has used.
 *
 * @param cpuNanos processor time of all threads since the process began
 * @param allocatedBytes allocated on the heap by all threads since then
 * @param peakKib the most memory it has held since {@link #resetPeak}; 0 where the system does not
 *     tell
 */
public record Usage(long cpuNanos, long allocatedBytes, long peakKib) {

  /** Of this process. */
  static Usage now() {
    var os =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    return new Usage(
        os.getProcessCpuTime(), threads.getTotalThreadAllocatedBytes(), status("VmHWM:"));
  }

  /** Forgets the peak so far, where the system can; else it stays that of the whole process. */
  static void resetPeak() {
    try {
      Files.writeString(Path.of("/proc/self/clear_refs"), "5");
    } catch (IOException _) {
      // Not on Linux, or not allowed: documented above.
    }
  }

  /** What this process holds now, in KiB; 0 where the system does not tell. */
  static long residentKib() {
    return status("VmRSS:");
  }

  /** What was used between the two; the peak is the later one's. */
  public Usage since(Usage before) {
    return new Usage(cpuNanos - before.cpuNanos, allocatedBytes - before.allocatedBytes, peakKib);
  }

  String toWords() {
    return cpuNanos + " " + allocatedBytes + " " + peakKib;
  }

  /** Reads three words, from this index on. */
  public static Usage ofWords(String[] words, int from) {
    return new Usage(
        Long.parseLong(words[from]),
        Long.parseLong(words[from + 1]),
        Long.parseLong(words[from + 2]));
  }

  private static long status(String field) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith(field)) {
          return Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
    } catch (IOException e) {
      return 0;
    }
    return 0;
  }
}
