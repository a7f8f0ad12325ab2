package dev.tern.bench.draw;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Where it was measured.
 *
 * @param loadBefore the system's load average when the run began: anything but a small number says
 *     that the machine was not quiet
 */
public record Machine(
    String processor,
    int processors,
    long memoryMib,
    String system,
    String jvm,
    String jvmFlags,
    double loadBefore) {

  /** This one. */
  public static Machine describe(String jvmFlags) {
    var os =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Machine(
        processorName(),
        os.getAvailableProcessors(),
        os.getTotalMemorySize() >> 20,
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
        jvmFlags,
        os.getSystemLoadAverage());
  }

  /** This one, of a measurement in this process. What the script tells the program is no flag. */
  public static Machine describe() {
    return describe(
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> !flag.startsWith("-Dtern."))
            .collect(Collectors.joining(" ")));
  }

  private static String processorName() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }

  /** In one line. */
  public String inWords() {
    return String.format(
        Locale.ROOT,
        "%s, %d processors, %,d MiB; %s; %s; flags %s; load %.2f before the run",
        processor,
        processors,
        memoryMib,
        system,
        jvm,
        jvmFlags,
        loadBefore);
  }
}
