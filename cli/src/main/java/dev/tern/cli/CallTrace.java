package dev.tern.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.core.Response;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows a call's messages as they travel, and in the end where the time went. Thread-safe. */
final class CallTrace implements Wiretap.Observer {
  private static final double MICROS_PER_MILLI = 1_000;
  private static final double NANOS_PER_MILLI = 1_000_000;

  private final @Nullable PrintStream to;
  private volatile @Nullable Duration connecting;
  private volatile long sentNanos;
  private volatile long receivedNanos;

  /**
   * @param to null to show nothing
   */
  CallTrace(@Nullable PrintStream to) {
    this.to = to;
  }

  @Override
  public void connected(Duration took) {
    connecting = took;
  }

  @Override
  public void sent(byte[] payload) {
    sentNanos = System.nanoTime();
    show("→ " + Printable.text(new String(payload, UTF_8)));
  }

  @Override
  public void received(byte[] payload) {
    receivedNanos = System.nanoTime();
    show("← " + Printable.text(new String(payload, UTF_8)));
  }

  @Override
  public void unreadable(String reason) {
    show("← not a frame: " + reason);
  }

  /**
   * The call has ended.
   *
   * @param response null if it failed, or was no call
   */
  void finish(@Nullable Response response) {
    Duration connected = connecting;
    if (connected == null) {
      return;
    }
    StringBuilder out = new StringBuilder("time: connect ");
    out.append(millis(connected.toNanos() / NANOS_PER_MILLI));
    if (receivedNanos != 0 && sentNanos != 0) {
      out.append(", round trip ").append(millis((receivedNanos - sentNanos) / NANOS_PER_MILLI));
    }
    if (response instanceof Response.Result result && result.handlerMicros() >= 0) {
      out.append(" (of it server queue ")
          .append(millis(result.queueMicros() / MICROS_PER_MILLI))
          .append(", handler ")
          .append(millis(result.handlerMicros() / MICROS_PER_MILLI))
          .append(')');
    }
    show(out.toString());
  }

  private static String millis(double millis) {
    return String.format(Locale.ROOT, "%.2f ms", millis);
  }

  private void show(String line) {
    if (to != null) {
      to.println(line);
    }
  }
}
