package dev.tern.bench.own;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** The calling end of the echo: counts bytes, and wakes the callers in the order of their calls. */
final class EchoCalls extends ChannelInboundHandlerAdapter {
  /** As many as in Tern's client. */
  private static final int WAKE_TOGETHER = 8;

  private final Channel channel;
  private final Queue<Pending> mailbox = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean woken = new AtomicBoolean();

  // The event loop's alone:
  private final ArrayDeque<Pending> waiting = new ArrayDeque<>();
  private List<Pending> answered = new ArrayList<>();
  private long bytes;

  EchoCalls(Channel channel) {
    this.channel = channel;
  }

  void call(byte[] frame) {
    if (!channel.isActive()) {
      throw new IllegalStateException("the echo's connection is closed");
    }
    Pending call = new Pending(frame);
    mailbox.add(call);
    if (!woken.get() && woken.compareAndSet(false, true)) {
      channel.eventLoop().execute(this::send);
    }
    call.await();
  }

  private void send() {
    woken.set(false);
    ByteBuf out = channel.alloc().directBuffer(EventLoops.RECEIVE_BYTES);
    for (Pending call; (call = mailbox.poll()) != null; ) {
      waiting.add(call);
      out.writeBytes(call.frame);
    }
    var _ = channel.writeAndFlush(out, channel.voidPromise());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf read = (ByteBuf) message;
    bytes += read.readableBytes();
    read.release();
    for (Pending first; (first = waiting.peek()) != null && bytes >= first.frame.length; ) {
      bytes -= first.frame.length;
      answered.add(waiting.remove());
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    List<Pending> calls = answered;
    if (calls.size() < WAKE_TOGETHER) {
      calls.forEach(Pending::wake);
      calls.clear();
    } else {
      answered = new ArrayList<>(calls.size());
      Thread.startVirtualThread(() -> calls.forEach(Pending::wake));
    }
  }

  private static final class Pending {
    private final Thread caller = Thread.currentThread();
    private final byte[] frame;
    private volatile boolean answered;

    Pending(byte[] frame) {
      this.frame = frame;
    }

    void await() {
      while (!answered) {
        LockSupport.park(this);
      }
    }

    void wake() {
      answered = true;
      LockSupport.unpark(caller);
    }
  }
}
