package dev.tern.conformance;

import dev.tern.cli.serve.DemoService;
import dev.tern.core.Lane;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The server of {@link HostilePeersTest}, in a JVM of its own: serves the demo methods over the
 * transport that it is told, and prints its port. Whatever it is told makes it look what lives on
 * its heap. When its input ends it prints what it has held at most, and what it has counted.
 */
final class MeasuredServer {
  private static final int MEBIBYTE = 1 << 20;

  private static long heap;
  private static long live;
  private static long direct;

  private MeasuredServer() {}

  @SuppressWarnings({"SystemOut", "SystemGcCall"}) // the parent process reads it there, and asks
  public static void main(String[] args) throws IOException, InterruptedException {
    CountDownLatch enough = new CountDownLatch(1);
    try (Transport transport = TestTransport.valueOf(args[0]).create();
        Server server =
            DemoService.offer(Server.builder(transport).tellStats(true), Lane.VIRTUAL).listen(0)) {
      Thread watch = Thread.ofPlatform().daemon().start(() -> watch(enough));
      System.out.println(server.port());
      while (System.in.read() >= 0) {
        System.gc();
        live = heap();
      }
      enough.countDown();
      watch.join();
      System.out.printf(
          "heap %d MiB, of which %d MiB lived, direct %d MiB; %s%n",
          heap / MEBIBYTE, live / MEBIBYTE, direct / MEBIBYTE, server.stats());
      System.out.flush();
      Runtime.getRuntime().halt(0); // its peers would keep it for a while
    }
  }

  private static void watch(CountDownLatch enough) {
    try {
      while (!enough.await(5, TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void look() {
    heap = Math.max(heap, heap());
    direct = Math.max(direct, outside());
  }

  private static long heap() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long outside() {
    long buffers =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return buffers + Math.max(0, PlatformDependent.usedDirectMemory());
  }
}
