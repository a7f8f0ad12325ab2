package dev.tern.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.lang.ref.WeakReference;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test class that leaves a Netty buffer unreleased. */
final class LeakCheck implements BeforeAllCallback, AfterAllCallback {

  private static final Queue<String> leaks = new ConcurrentLinkedQueue<>();

  static {
    ResourceLeakDetectorFactory usual = ResourceLeakDetectorFactory.instance();
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(
        new ResourceLeakDetectorFactory() {
          @Override
          public <T> ResourceLeakDetector<T> newResourceLeakDetector(
              Class<T> resource, int samplingInterval) {
            ResourceLeakDetector<T> detector =
                usual.newResourceLeakDetector(resource, samplingInterval);
            detector.setLeakListener((type, records) -> leaks.add(type + " " + records));
            return detector;
          }

          @Override
          @Deprecated // In Netty, too; abstract all the same.
          public <T> ResourceLeakDetector<T> newResourceLeakDetector(
              Class<T> resource, int samplingInterval, long maxActive) {
            return newResourceLeakDetector(resource, samplingInterval);
          }
        });
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    assertThat(ResourceLeakDetector.getLevel())
        .as("-Dio.netty.leakDetection.level")
        .isEqualTo(ResourceLeakDetector.Level.PARANOID);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    assertThat(found()).isEmpty();
  }

  /** The leaks so far, after a garbage collection that finds them. */
  static Queue<String> found() {
    WeakReference<Object> canary = new WeakReference<>(new Object());
    do {
      System.gc();
    } while (canary.get() != null);
    // Netty looks for leaks when it allocates.
    ByteBufAllocator.DEFAULT.directBuffer(1).release();
    return leaks;
  }
}
