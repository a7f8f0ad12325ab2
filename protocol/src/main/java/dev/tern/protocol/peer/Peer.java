package dev.tern.protocol.peer;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.json.JsonCursor;
import dev.tern.protocol.json.JsonInteger;
import dev.tern.protocol.json.JsonKind;
import dev.tern.protocol.json.JsonName;
import dev.tern.protocol.json.JsonNames;
import dev.tern.protocol.json.JsonWriter;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the other end has said of itself in {@code rpc.hello}, or in the answer to it. What it says
 * in another form than this one, or of things that are not known here, counts as not said.
 *
 * @param takesGoAway whether it wants to be told by {@code rpc.goaway}
 * @param takesPings whether it answers {@code rpc.ping}, also while calls run
 * @param heartbeatNanos how long it is silent at most before it says something; 0 if it has not
 *     said so
 */
public record Peer(boolean takesGoAway, boolean takesPings, long heartbeatNanos) {
  /** One that has said nothing: it is not told what it has not asked for. */
  public static final Peer STRANGER = new Peer(false, false, 0);

  private static final JsonName VERSIONS = JsonName.of("versions");
  private static final JsonNames NAMES = JsonNames.of("accepts", "heartbeat_ms");
  private static final int ACCEPTS = 0;
  private static final int HEARTBEAT = 1;

  private static final JsonNames ACCEPTED = JsonNames.of("rpc.goaway", "rpc.ping");
  private static final int GO_AWAY = 0;
  private static final int PING = 1;

  /** A heartbeat that is rarer is none; it keeps sums of instants in range, too. */
  private static final long MOST_HEARTBEAT_MILLIS = TimeUnit.DAYS.toMillis(1);

  /**
   * Reads what was said.
   *
   * @param said strict JSON that was validated before; null for nothing
   */
  public static Peer of(@Nullable Bytes said, Limits limits) {
    if (said == null) {
      return STRANGER;
    }
    Bytes json = said.joined();
    JsonCursor cursor = new JsonCursor(limits);
    cursor.reset(json.array(), json.from(), json.length());
    if (cursor.peek() != JsonKind.OBJECT) {
      return STRANGER;
    }
    boolean goAway = false;
    boolean pings = false;
    long heartbeat = 0;
    cursor.beginObject();
    while (cursor.nextName()) {
      int name = cursor.nameIn(NAMES);
      if (name == ACCEPTS && cursor.peek() == JsonKind.ARRAY) {
        cursor.beginArray();
        while (cursor.nextElement()) {
          String each =
              cursor.peek() == JsonKind.STRING ? cursor.readString(ACCEPTED) : skip(cursor);
          goAway |= each.equals(ACCEPTED.get(GO_AWAY).text());
          pings |= each.equals(ACCEPTED.get(PING).text());
        }
      } else if (name == HEARTBEAT && cursor.peek() == JsonKind.NUMBER) {
        heartbeat = millis(cursor);
      } else {
        cursor.skipValue();
      }
    }
    return new Peer(goAway, pings, TimeUnit.MILLISECONDS.toNanos(heartbeat));
  }

  /** What says all this, as the params of {@code rpc.hello}. */
  public Bytes said() {
    JsonWriter w = new JsonWriter().beginObject().name(VERSIONS).beginArray().value(1).endArray();
    w.name(NAMES.get(ACCEPTS)).beginArray();
    if (takesGoAway) {
      w.value(ACCEPTED.get(GO_AWAY).text());
    }
    if (takesPings) {
      w.value(ACCEPTED.get(PING).text());
    }
    w.endArray();
    if (heartbeatNanos > 0) {
      w.name(NAMES.get(HEARTBEAT)).value(TimeUnit.NANOSECONDS.toMillis(heartbeatNanos));
    }
    return w.endObject().takeBytes();
  }

  private static String skip(JsonCursor cursor) {
    cursor.skipValue();
    return "";
  }

  private static long millis(JsonCursor cursor) {
    boolean isWhole = cursor.readInteger() == JsonInteger.SIGNED;
    long millis = cursor.integerBits();
    return isWhole && millis > 0 && millis <= MOST_HEARTBEAT_MILLIS ? millis : 0;
  }
}
