package dev.tern.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.protocol.Limits;
import dev.tern.protocol.Message;
import dev.tern.protocol.envelope.EnvelopeScanner;
import dev.tern.protocol.json.JsonCursor;
import dev.tern.protocol.json.JsonException;
import dev.tern.protocol.json.JsonKind;
import dev.tern.protocol.json.JsonNames;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Shows a call's messages as they travel, and in the end where the time went. Thread-safe. */
final class CallTrace implements Wiretap.Observer {
  private static final double MICROS_PER_MILLI = 1_000;
  private static final double NANOS_PER_MILLI = 1_000_000;

  private final @Nullable PrintStream to;
  private final LongSupplier nanoTime;
  private volatile @Nullable Duration connecting;

  /** The request, from which the round trip is counted. A cancel that follows it does not count. */
  private volatile @Nullable Seen call;

  private volatile @Nullable Seen reply;

  /** The reply, if one came that can be read. */
  private volatile Message.@Nullable Response answer;

  /** A message with an id, as JSON, and when it was seen. */
  private record Seen(String id, long nanos) {}

  /**
   * @param to null to show nothing
   * @param nanoTime a clock
   */
  CallTrace(@Nullable PrintStream to, LongSupplier nanoTime) {
    this.to = to;
    this.nanoTime = nanoTime;
  }

  @Override
  public void connected(Duration took) {
    connecting = took;
  }

  @Override
  public void sent(byte[] payload) {
    String id = idOf(payload);
    if (call == null && id != null) {
      call = new Seen(id, nanoTime.getAsLong());
    }
    show("→ " + Printable.text(new String(payload, UTF_8)));
  }

  @Override
  public void received(byte[] payload) {
    String id = idOf(payload);
    Seen asked = call;
    if (reply == null && id != null && asked != null && id.equals(asked.id())) {
      reply = new Seen(id, nanoTime.getAsLong());
      answer = read(payload);
    }
    show("← " + Printable.text(new String(payload, UTF_8)));
  }

  private static Message.@Nullable Response read(byte[] payload) {
    try {
      EnvelopeScanner scanner = new EnvelopeScanner(Limits.DEFAULT, JsonNames.of());
      return scanner.scan(payload, 0, payload.length, false) instanceof Message.Response response
          ? response
          : null;
    } catch (JsonException _) {
      return null; // what it was is shown
    }
  }

  private static @Nullable String idOf(byte[] payload) {
    try {
      JsonCursor cursor = new JsonCursor(Limits.DEFAULT);
      cursor.reset(payload, 0, payload.length);
      if (cursor.peek() != JsonKind.OBJECT) {
        return null;
      }
      cursor.beginObject();
      while (cursor.nextName()) {
        boolean isId = cursor.name().equals("id");
        cursor.skipValue();
        if (isId) {
          return new String(
              payload, cursor.valueStart(), cursor.valueEnd() - cursor.valueStart(), UTF_8);
        }
      }
      return null;
    } catch (JsonException _) {
      return null; // a peer may send anything; what it was is shown
    }
  }

  @Override
  public void unreadable(String reason) {
    show("← not a frame: " + reason);
  }

  /** The call has ended. */
  void finish() {
    Duration connected = connecting;
    if (connected == null) {
      return;
    }
    StringBuilder out = new StringBuilder("time: connect ");
    out.append(millis(connected.toNanos() / NANOS_PER_MILLI));
    Seen asked = call;
    Seen answered = reply;
    if (asked != null && answered != null) {
      out.append(", round trip ")
          .append(millis((answered.nanos() - asked.nanos()) / NANOS_PER_MILLI));
    } else if (asked != null) {
      out.append(", no reply");
    }
    Message.Response said = answer;
    if (said != null && said.meta().handlerMicros() >= 0) {
      out.append(" (of it server queue ")
          .append(millis(said.meta().queueMicros() / MICROS_PER_MILLI))
          .append(", handler ")
          .append(millis(said.meta().handlerMicros() / MICROS_PER_MILLI))
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
