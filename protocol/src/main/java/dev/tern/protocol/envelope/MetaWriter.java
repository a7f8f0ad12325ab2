package dev.tern.protocol.envelope;

import dev.tern.protocol.Meta;
import dev.tern.protocol.Metadata;
import dev.tern.protocol.ReplyMeta;
import dev.tern.protocol.json.JsonLiteral;
import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.json.PlainJson;
import dev.tern.protocol.value.Name;
import dev.tern.protocol.value.ValueWriter;
import java.util.List;

/** Writes what a request or a reply says about itself. */
final class MetaWriter {
  private static final Name V = Name.of(Meta.V.wire());
  private static final Name TIMEOUT_MS = Name.of("timeout_ms");
  private static final Name REPLAYED = Name.of("replayed");
  private static final Name QUEUE_US = Name.of("queue_us");
  private static final Name HANDLER_US = Name.of("handler_us");
  private static final Name MD = Name.of(Meta.MD.wire());
  private static final JsonLiteral TRUE = JsonLiteral.of("true");
  private static final JsonLiteral FALSE = JsonLiteral.of("false");

  /** The bit of the version, which stands before the timeout; all else stands behind it. */
  private static final int VERSION = 1 << Meta.keys().indexOf(Meta.V);

  /** By the index of the key. */
  private static final Name[] NAMES =
      Meta.keys().stream().map(key -> Name.of(key.wire())).toArray(Name[]::new);

  /** What stands before a value behind other members; before a text its quote, too. */
  private static final JsonLiteral[] BEFORE =
      Meta.keys().stream().map(key -> before(key, "")).toArray(JsonLiteral[]::new);

  private static final JsonLiteral[] BEFORE_TEXT =
      Meta.keys().stream().map(key -> before(key, "\"")).toArray(JsonLiteral[]::new);

  private static JsonLiteral before(Meta.Key<?> key, String quote) {
    return JsonLiteral.of(",\"" + key.wire() + "\":" + quote);
  }

  private MetaWriter() {}

  /** Writes a request's. */
  static void write(ValueWriter w, Meta meta) {
    Integer version = meta.get(Meta.V);
    w.beginObject(Integer.bitCount(meta.saidKeys()) + (meta.timeoutMillis() >= 0 ? 1 : 0));
    if (version != null) {
      w.name(V).value(version);
    }
    if (meta.timeoutMillis() >= 0) {
      w.name(TIMEOUT_MS).value(meta.timeoutMillis());
    }
    int place = version == null ? 0 : 1;
    for (int keys = meta.saidKeys() & ~VERSION; keys != 0; keys &= keys - 1) {
      value(w.name(NAMES[Integer.numberOfTrailingZeros(keys)]), meta.saidAt(place++));
    }
    w.endObject();
  }

  private static void value(ValueWriter w, Object value) {
    switch (value) {
      case String text -> w.value(text);
      case Boolean truth -> w.value(truth.booleanValue());
      case Number number -> w.value(number.longValue());
      case Metadata metadata -> metadata(w, metadata);
      case List<?> names -> {
        w.beginArray(names.size());
        names.forEach(name -> w.value((String) name));
        w.endArray();
      }
      default -> throw new AssertionError(value);
    }
  }

  private static void metadata(ValueWriter w, Metadata metadata) {
    w.beginObject(metadata.asMap().size());
    metadata.asMap().forEach((name, value) -> w.name(Name.of(name)).value(value));
    w.endObject();
  }

  /** Writes a reply's, as a member; nothing if it says nothing. */
  static void write(ValueWriter w, Name member, ReplyMeta meta) {
    if (meta.saysNothing()) {
      return;
    }
    int times = (meta.queueMicros() >= 0 ? 1 : 0) + (meta.handlerMicros() >= 0 ? 1 : 0);
    int others = (meta.replayed() ? 1 : 0) + (meta.metadata().isEmpty() ? 0 : 1);
    w.name(member).beginObject(times + others);
    if (meta.replayed()) {
      w.name(REPLAYED).value(true);
    }
    if (meta.queueMicros() >= 0) {
      w.name(QUEUE_US).value(meta.queueMicros());
    }
    if (meta.handlerMicros() >= 0) {
      w.name(HANDLER_US).value(meta.handlerMicros());
    }
    if (!meta.metadata().isEmpty()) {
      metadata(w.name(MD), meta.metadata());
    }
    w.endObject();
  }

  /**
   * How many bytes the members behind the timeout take, if all their texts stand for themselves.
   *
   * @return {@link PlainJson#OTHER} if there is a list among them, or a version, which stands
   *     before the timeout
   */
  static long plainSize(Meta meta) {
    long size = 0;
    if ((meta.saidKeys() & VERSION) != 0) {
      return PlainJson.OTHER;
    }
    int place = 0;
    for (int keys = meta.saidKeys(); keys != 0; keys &= keys - 1) {
      long bytes = plainSize(meta.saidAt(place++));
      if (bytes < 0) {
        return PlainJson.OTHER;
      }
      size += BEFORE[Integer.numberOfTrailingZeros(keys)].length() + bytes;
    }
    return size;
  }

  private static long plainSize(Object value) {
    if (value instanceof String text) {
      return text.length() + 2L;
    }
    if (value instanceof Boolean truth) {
      return (truth ? TRUE : FALSE).length();
    }
    return value instanceof Number number ? JsonWriter.sizeOf(number.longValue()) : PlainJson.OTHER;
  }

  /**
   * Writes the members behind the timeout, for which there is {@linkplain #plainSize room}.
   *
   * @return where they end; {@link PlainJson#OTHER} if a text does not stand for itself
   */
  static int putPlain(Meta meta, byte[] out, int at) {
    int p = at;
    int place = 0;
    for (int keys = meta.saidKeys(); p >= 0 && keys != 0; keys &= keys - 1) {
      int i = Integer.numberOfTrailingZeros(keys);
      Object value = meta.saidAt(place++);
      if (value instanceof String text) {
        p = JsonWriter.putPlain(text, out, BEFORE_TEXT[i].put(out, p));
        if (p >= 0) {
          out[p++] = '"';
        }
      } else {
        p = putPlain(value, out, BEFORE[i].put(out, p));
      }
    }
    return p;
  }

  private static int putPlain(Object value, byte[] out, int p) {
    if (value instanceof Boolean truth) {
      return (truth ? TRUE : FALSE).put(out, p);
    }
    return value instanceof Number number
        ? JsonWriter.put(number.longValue(), out, p)
        : PlainJson.OTHER;
  }
}
