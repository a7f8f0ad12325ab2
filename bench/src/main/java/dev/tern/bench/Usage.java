package dev.tern.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this process has used since it began.
 *
 * @param cpuNanos processor time of all threads
 * @param allocatedBytes allocated on the heap by all threads
 * @param peakKib the most memory it has held; 0 where the system does not tell
 */
record Usage(long cpuNanos, long allocatedBytes, long peakKib) {

  static Usage now() {
    var os =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    return new Usage(
        os.getProcessCpuTime(), threads.getTotalThreadAllocatedBytes(), peakResidentKib());
  }

  Usage since(Usage before) {
    return new Usage(cpuNanos - before.cpuNanos, allocatedBytes - before.allocatedBytes, peakKib);
  }

  String toWords() {
    return cpuNanos + " " + allocatedBytes + " " + peakKib;
  }

  static Usage ofWords(String cpu, String allocated, String peak) {
    return new Usage(Long.parseLong(cpu), Long.parseLong(allocated), Long.parseLong(peak));
  }

  private static long peakResidentKib() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
    } catch (IOException e) {
      return 0;
    }
    return 0;
  }
}
