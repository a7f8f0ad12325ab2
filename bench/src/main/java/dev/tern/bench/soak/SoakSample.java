package dev.tern.bench.soak;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/**
 * What the process holds at one moment, its garbage collected.
 *
 * @param seconds since the beginning
 * @param heapBytes in use on the heap
 * @param directBytes held outside of it, by the JDK's buffers and by Netty
 * @param descriptors open ones; -1 where the system does not tell
 * @param threads platform threads
 * @param timers tasks that wait
 * @param connections that the server has open
 * @param calls that have ended at the clients
 */
record SoakSample(
    double seconds,
    long heapBytes,
    long directBytes,
    long descriptors,
    int threads,
    long timers,
    long connections,
    long calls) {

  @SuppressWarnings("SystemGcCall") // what lives is to be seen, without what is garbage
  static SoakSample now(double seconds, long timers, long connections, long calls) {
    System.gc();
    return new SoakSample(
        seconds,
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        outsideBytes(),
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
            ? unix.getOpenFileDescriptorCount()
            : -1,
        ManagementFactory.getThreadMXBean().getThreadCount(),
        timers,
        connections,
        calls);
  }

  private static long outsideBytes() {
    long buffers =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return buffers + Math.max(0, PlatformDependent.usedDirectMemory());
  }
}
