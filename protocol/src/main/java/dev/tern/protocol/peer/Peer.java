package dev.tern.protocol.peer;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.json.JsonCursor;
import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.value.IntegerKind;
import dev.tern.protocol.value.Name;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.ValueKind;
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
 * @param frameBytes the longest frame that it reads; as long as any may be if it has not said so
 */
public record Peer(boolean takesGoAway, boolean takesPings, long heartbeatNanos, int frameBytes) {
  /** One that has said nothing: it is not told what it has not asked for. */
  public static final Peer STRANGER = new Peer(false, false, 0);

  private static final Name VERSIONS = Name.of("versions");
  private static final Names NAMES = Names.of("accepts", "heartbeat_ms", "limits");
  private static final int ACCEPTS = 0;
  private static final int HEARTBEAT = 1;
  private static final int LIMITS = 2;
  private static final Name FRAME_BYTES = Name.of("frame_bytes");

  private static final Names ACCEPTED = Names.of("rpc.goaway", "rpc.ping");
  private static final int GO_AWAY = 0;
  private static final int PING = 1;

  /** A heartbeat that is rarer is none; it keeps sums of instants in range, too. */
  private static final long MOST_HEARTBEAT_MILLIS = TimeUnit.DAYS.toMillis(1);

  /** One that does not say how long a frame may be. */
  public Peer(boolean takesGoAway, boolean takesPings, long heartbeatNanos) {
    this(takesGoAway, takesPings, heartbeatNanos, Limits.MAX_FRAME_BYTES);
  }

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
    if (cursor.peek() != ValueKind.OBJECT) {
      return STRANGER;
    }
    boolean goAway = false;
    boolean pings = false;
    long heartbeat = 0;
    long frameBytes = 0;
    cursor.beginObject();
    while (cursor.nextName()) {
      int name = cursor.nameIn(NAMES);
      if (name == ACCEPTS && cursor.peek() == ValueKind.ARRAY) {
        cursor.beginArray();
        while (cursor.nextElement()) {
          String each =
              cursor.peek() == ValueKind.STRING ? cursor.readString(ACCEPTED) : skip(cursor);
          goAway |= each.equals(ACCEPTED.get(GO_AWAY).text());
          pings |= each.equals(ACCEPTED.get(PING).text());
        }
      } else if (name == HEARTBEAT && cursor.peek() == ValueKind.NUMBER) {
        heartbeat = positive(cursor, MOST_HEARTBEAT_MILLIS);
      } else if (name == LIMITS && cursor.peek() == ValueKind.OBJECT) {
        cursor.beginObject();
        while (cursor.nextName()) {
          if (cursor.nameIs(FRAME_BYTES) && cursor.peek() == ValueKind.NUMBER) {
            frameBytes = positive(cursor, Limits.MAX_FRAME_BYTES);
          } else {
            cursor.skipValue();
          }
        }
      } else {
        cursor.skipValue();
      }
    }
    int longest = frameBytes == 0 ? Limits.MAX_FRAME_BYTES : (int) frameBytes;
    return new Peer(goAway, pings, TimeUnit.MILLISECONDS.toNanos(heartbeat), longest);
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

  /** The integer that comes next; 0 if it is not from 1 to that many. */
  private static long positive(JsonCursor cursor, long most) {
    boolean isWhole = cursor.readInteger() == IntegerKind.SIGNED;
    long value = cursor.integerBits();
    return isWhole && value > 0 && value <= most ? value : 0;
  }
}
