package dev.tern.core.client;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keys that nobody can guess: random UUIDs (RFC 9562, version 4). Random bytes are taken many at a
 * time, as the machine charges for each time. Thread-safe.
 */
final class RandomKeys {
  private static final int KEY_BYTES = 16;
  private static final int BUFFER_BYTES = 64 * KEY_BYTES;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final ReentrantLock LOCK = new ReentrantLock();
  private static final byte[] BUFFER = new byte[BUFFER_BYTES];

  // Under the lock. None is made before the first key: to find random bytes takes its time.
  private static @Nullable SecureRandom random;
  private static boolean isLasting;
  private static int at = BUFFER_BYTES;

  private RandomKeys() {}

  static String next() {
    long high;
    long low;
    LOCK.lock();
    try {
      if (at == BUFFER_BYTES) {
        draw();
      }
      high = (long) LONG.get(BUFFER, at);
      low = (long) LONG.get(BUFFER, at + Long.BYTES);
      Arrays.fill(BUFFER, at, at + KEY_BYTES, (byte) 0); // of no use to who reads memory
      at += KEY_BYTES;
    } finally {
      LOCK.unlock();
    }
    long version4 = (high & ~0xF000L) | 0x4000L;
    long variant = (low & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(version4, variant).toString();
  }

  /**
   * Under the lock. The platform's generator is the one that starts sooner: a program that makes
   * few keys needs no other. NIST SP 800-90A's takes a third of its time for each.
   */
  private static void draw() {
    if (random == null) {
      random = new SecureRandom();
    } else if (!isLasting) {
      isLasting = true;
      try {
        random = SecureRandom.getInstance("DRBG");
      } catch (NoSuchAlgorithmException _) {
        // The platform's does, too.
      }
    }
    random.nextBytes(BUFFER);
    at = 0;
  }
}
