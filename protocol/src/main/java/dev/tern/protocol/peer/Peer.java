package dev.tern.protocol.peer;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.frame.PayloadKind;
import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.IntegerKind;
import dev.tern.protocol.value.Name;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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
 * @param compressions those that it reads, by their names on the wire
 */
public record Peer(
    boolean takesGoAway,
    boolean takesPings,
    long heartbeatNanos,
    int frameBytes,
    List<String> compressions) {
  /** One that has said nothing: it is not told what it has not asked for. */
  public static final Peer STRANGER = new Peer(false, false, 0);

  private static final Name VERSIONS = Name.of("versions");
  private static final Names NAMES = Names.of("accepts", "heartbeat_ms", "limits", "compressions");
  private static final int ACCEPTS = 0;
  private static final int HEARTBEAT = 1;
  private static final int LIMITS = 2;
  private static final int COMPRESSIONS = 3;
  private static final Names BOUNDS = Names.of("frame_bytes");
  private static final int FRAME_BYTES = 0;

  private static final Names ACCEPTED = Names.of("rpc.goaway", "rpc.ping");
  private static final int GO_AWAY = 0;
  private static final int PING = 1;

  private static final Names KNOWN_COMPRESSIONS =
      Names.of(
          Arrays.stream(PayloadKind.values())
              .filter(PayloadKind::isCompressed)
              .map(PayloadKind::label)
              .toList());

  /** A heartbeat that is rarer is none; it keeps sums of instants in range, too. */
  private static final long MOST_HEARTBEAT_MILLIS = TimeUnit.DAYS.toMillis(1);

  /** One that does not say how long a frame may be. */
  public Peer(boolean takesGoAway, boolean takesPings, long heartbeatNanos) {
    this(takesGoAway, takesPings, heartbeatNanos, Limits.MAX_FRAME_BYTES, List.of());
  }

  /** This one, if it reads these compressions. */
  public Peer withCompressions(List<String> read) {
    return new Peer(takesGoAway, takesPings, heartbeatNanos, frameBytes, List.copyOf(read));
  }

  /** This one, if it reads frames of at most so many bytes. */
  public Peer withFrameBytes(int most) {
    return new Peer(takesGoAway, takesPings, heartbeatNanos, most, compressions);
  }

  /**
   * Reads what was said.
   *
   * @param said a value that was validated before; null for nothing
   */
  public static Peer of(@Nullable Bytes said, Encoding encoding) {
    if (said == null) {
      return STRANGER;
    }
    ValueReader in = encoding.reader(said.joined(), null);
    if (in.peek() != ValueKind.OBJECT) {
      return STRANGER;
    }
    boolean goAway = false;
    boolean pings = false;
    long heartbeat = 0;
    long frameBytes = 0;
    Set<String> compressions = Set.of();
    in.beginObject();
    for (int name; (name = in.nextMember(NAMES, 0)) != ValueReader.END; ) {
      if (name == ACCEPTS && in.peek() == ValueKind.ARRAY) {
        in.beginArray();
        while (in.nextElement()) {
          int each = in.peek() == ValueKind.STRING ? in.readString(ACCEPTED) : skip(in);
          goAway |= each == GO_AWAY;
          pings |= each == PING;
        }
      } else if (name == COMPRESSIONS && in.peek() == ValueKind.ARRAY) {
        compressions = compressions(in);
      } else if (name == HEARTBEAT && in.peek() == ValueKind.NUMBER) {
        heartbeat = positive(in, MOST_HEARTBEAT_MILLIS);
      } else if (name == LIMITS && in.peek() == ValueKind.OBJECT) {
        in.beginObject();
        for (int limit; (limit = in.nextMember(BOUNDS, 0)) != ValueReader.END; ) {
          if (limit == FRAME_BYTES && in.peek() == ValueKind.NUMBER) {
            frameBytes = positive(in, Limits.MAX_FRAME_BYTES);
          } else {
            in.skipValue();
          }
        }
      } else {
        in.skipValue();
      }
    }
    int longest = frameBytes == 0 ? Limits.MAX_FRAME_BYTES : (int) frameBytes;
    return new Peer(
        goAway,
        pings,
        TimeUnit.MILLISECONDS.toNanos(heartbeat),
        longest,
        List.copyOf(compressions));
  }

  /** Those that are known here: so there are few, whatever is said. */
  private static Set<String> compressions(ValueReader in) {
    Set<String> known = new LinkedHashSet<>();
    in.beginArray();
    while (in.nextElement()) {
      int each = in.peek() == ValueKind.STRING ? in.readString(KNOWN_COMPRESSIONS) : skip(in);
      if (each >= 0) {
        known.add(KNOWN_COMPRESSIONS.get(each).text());
      }
    }
    return known;
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
    if (!compressions.isEmpty()) {
      w.name(NAMES.get(COMPRESSIONS)).beginArray();
      compressions.forEach(w::value);
      w.endArray();
    }
    if (frameBytes < Limits.MAX_FRAME_BYTES) {
      w.name(NAMES.get(LIMITS)).beginObject();
      w.name(BOUNDS.get(FRAME_BYTES)).value(frameBytes).endObject();
    }
    if (heartbeatNanos > 0) {
      w.name(NAMES.get(HEARTBEAT)).value(TimeUnit.NANOSECONDS.toMillis(heartbeatNanos));
    }
    return w.endObject().takeBytes();
  }

  private static int skip(ValueReader in) {
    in.skipValue();
    return ValueReader.UNKNOWN;
  }

  /** The integer that comes next; 0 if it is not from 1 to that many. */
  private static long positive(ValueReader in, long most) {
    boolean isWhole = in.readInteger() == IntegerKind.SIGNED;
    long value = in.integerBits();
    return isWhole && value > 0 && value <= most ? value : 0;
  }
}
