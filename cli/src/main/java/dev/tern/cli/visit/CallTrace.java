package dev.tern.cli.visit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.cli.message.Payload;
import dev.tern.cli.terminal.Printable;
import dev.tern.protocol.Limits;
import dev.tern.protocol.envelope.EnvelopeScanner;
import dev.tern.protocol.envelope.Message;
import dev.tern.protocol.frame.PayloadKind;
import dev.tern.protocol.json.JsonException;
import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.value.Names;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Shows a call's messages as they travel, and in the end where the time went. Thread-safe. */
public final class CallTrace implements Wiretap.Observer {
  private static final double MICROS_PER_MILLI = 1_000;
  private static final double NANOS_PER_MILLI = 1_000_000;

  /** In the place of a token. */
  private static final String MASK = "***";

  /** A token that is shorter is masked in its own place only: elsewhere it may be any word. */
  private static final int LONG_TOKEN = 8;

  private final @Nullable PrintStream to;
  private final LongSupplier nanoTime;

  /** The token as it stands in JSON, without its quotes; null for none. */
  private final @Nullable String secret;

  private final Runnable whenSent;
  private volatile @Nullable Duration connecting;

  /** The first bytes that arrived, at most {@link ForeignProtocol#LOOKED_AT}. */
  private volatile byte @Nullable [] first;

  /** When the requests without a reply were sent, by id. An attempt may be answered too late. */
  private final ConcurrentMap<String, Long> asked = new ConcurrentHashMap<>();

  /** How long the last reply took; null if the last request has none. */
  private volatile @Nullable Duration roundTrip;

  /** The reply, if one came that can be read. */
  private volatile Message.@Nullable Response answer;

  /**
   * @param to null to show nothing
   * @param nanoTime a clock
   * @param token the bearer token, which is not shown; null for none
   * @param whenSent run at each request, when its bytes have been given to the transport: must not
   *     block
   */
  public CallTrace(
      @Nullable PrintStream to, LongSupplier nanoTime, @Nullable String token, Runnable whenSent) {
    this.to = to;
    this.nanoTime = nanoTime;
    this.secret = token == null || to == null ? null : quoted(token);
    this.whenSent = whenSent;
  }

  private static String quoted(String token) {
    String text = new String(new JsonWriter().value(token).toByteArray(), UTF_8);
    return text.substring(1, text.length() - 1);
  }

  /** Whether a connection was opened. */
  boolean isConnected() {
    return connecting != null;
  }

  /** The first bytes that arrived; empty if none did. */
  byte[] first() {
    byte[] seen = first;
    return seen == null ? new byte[0] : seen;
  }

  @Override
  public void connected(Duration took) {
    connecting = took;
  }

  @Override
  public void sent(byte[] payload) {
    byte[] json = inJson(payload);
    String id = Payload.id(json);
    if (Payload.HELLO.equals(id)) {
      return; // what the client says of itself is no part of the call
    }
    if (id != null) { // a cancel has none
      roundTrip = null;
      answer = null;
      asked.put(id, nanoTime.getAsLong());
      whenSent.run();
    }
    showPayload("→ ", payload, json);
  }

  @Override
  public void arrived(byte[] chunk, int offset, int length) {
    if (first == null) {
      int end = offset + Math.min(length, ForeignProtocol.LOOKED_AT);
      first = Arrays.copyOfRange(chunk, offset, end);
    }
  }

  @Override
  public void received(byte[] payload) {
    byte[] json = inJson(payload);
    String id = Payload.id(json);
    if (Payload.HELLO.equals(id)) {
      return;
    }
    Long sent = id == null ? null : asked.remove(id);
    if (sent != null) {
      roundTrip = Duration.ofNanos(nanoTime.getAsLong() - sent);
      answer = read(json);
    }
    showPayload("← ", payload, json);
  }

  /** A message in JSON; a payload that is none as it stands. */
  private static byte[] inJson(byte[] payload) {
    byte[] json = isText(payload) ? payload : Payload.read(payload).json();
    return json == null ? payload : json;
  }

  private static boolean isText(byte[] payload) {
    PayloadKind kind = PayloadKind.of(payload, 0, payload.length);
    return kind == null || kind == PayloadKind.JSON || kind == PayloadKind.JSON_BATCH;
  }

  private void showPayload(String direction, byte[] payload, byte[] json) {
    if (to == null) {
      return;
    }
    String size = payload.length + " bytes";
    String text = masked(new String(json, UTF_8));
    if (isText(payload)) {
      show(direction + Printable.text(text) + " (" + size + ")");
      return;
    }
    Payload read = Payload.read(payload);
    size += " of " + read.label();
    if (read.json() == null) {
      show(direction + "(" + size + " that are no message: " + read.trouble() + ")");
    } else {
      show(direction + Printable.text(text) + " (" + size + ")");
    }
  }

  private String masked(String message) {
    if (secret == null) {
      return message;
    }
    String said = message.replace("\"auth\":\"" + secret + '"', "\"auth\":\"" + MASK + '"');
    return secret.length() < LONG_TOKEN ? said : said.replace(secret, MASK);
  }

  private static Message.@Nullable Response read(byte[] payload) {
    try {
      EnvelopeScanner scanner = new EnvelopeScanner(Limits.DEFAULT, Names.of());
      return scanner.scan(payload, 0, payload.length, false) instanceof Message.Response response
          ? response
          : null;
    } catch (JsonException _) {
      return null; // what it was is shown
    }
  }

  @Override
  public void unreadable(String reason) {
    show("← not a frame: " + reason);
  }

  /** The call has ended. */
  public void finish() {
    Duration connected = connecting;
    if (connected == null) {
      return;
    }
    StringBuilder out = new StringBuilder("time: connect ");
    out.append(millis(connected.toNanos() / NANOS_PER_MILLI));
    Duration took = roundTrip;
    if (took != null) {
      out.append(", round trip ").append(millis(took.toNanos() / NANOS_PER_MILLI));
    } else if (!asked.isEmpty()) {
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
