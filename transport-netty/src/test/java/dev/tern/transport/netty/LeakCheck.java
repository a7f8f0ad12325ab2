package dev.tern.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
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
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(
        new ResourceLeakDetectorFactory() {
          @Override
          public <T> ResourceLeakDetector<T> newResourceLeakDetector(
              Class<T> resource, int samplingInterval) {
            return new CollectingDetector<>(resource, samplingInterval);
          }

          @Override
          @Deprecated // In Netty, too; abstract all the same.
          public <T> ResourceLeakDetector<T> newResourceLeakDetector(
              Class<T> resource, int samplingInterval, long maxActive) {
            return newResourceLeakDetector(resource, samplingInterval);
          }
        });
  }

  private static final class CollectingDetector<T> extends ResourceLeakDetector<T> {
    CollectingDetector(Class<T> resource, int samplingInterval) {
      super(resource, samplingInterval);
    }

    /** Netty looks for leaks only if it can log them, and no logger is on in tests. */
    @Override
    protected boolean needReport() {
      return true;
    }

    @Override
    protected void reportTracedLeak(String type, String records) {
      leaks.add(type + " " + records);
    }

    @Override
    protected void reportUntracedLeak(String type) {
      leaks.add(type);
    }
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

  /** The leaks so far, after garbage collections that find them. */
  static Queue<String> found() {
    // Twice: within one collection, nothing says that the canary comes last.
    awaitCollection();
    awaitCollection();
    // Netty looks for leaks when it allocates.
    ByteBufAllocator.DEFAULT.directBuffer(1).release();
    return leaks;
  }

  private static void awaitCollection() {
    ReferenceQueue<Object> collected = new ReferenceQueue<>();
    WeakReference<Object> canary = new WeakReference<>(new Object(), collected);
    try {
      do {
        System.gc();
      } while (collected.poll() == null);
    } finally {
      Reference.reachabilityFence(canary);
    }
  }
}
