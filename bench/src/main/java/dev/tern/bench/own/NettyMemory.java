package dev.tern.bench.own;

import io.netty.util.internal.PlatformDependent;

/** What Netty holds outside the heap. */
final class NettyMemory {
  private NettyMemory() {}

  static long directBytes() {
    return PlatformDependent.usedDirectMemory();
  }
}
