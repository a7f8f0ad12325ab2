package dev.tern.bench.contender;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/** A server or a client that runs. */
public interface Side extends AutoCloseable {

  /**
   * The memory that it holds outside the heap, in bytes. As it comes, what the JDK knows of; a
   * system with an allocator of its own asks that.
   */
  default long directBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  @Override
  void close();
}
