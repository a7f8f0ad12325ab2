package dev.tern.protocol.envelope;

import dev.tern.protocol.Meta;
import dev.tern.protocol.json.JsonName;
import dev.tern.protocol.json.JsonWriter;
import org.jspecify.annotations.Nullable;

/** Writes a request's {@code meta}. */
final class MetaWriter {
  private static final JsonName V = JsonName.of("v");
  private static final JsonName TIMEOUT_MS = JsonName.of("timeout_ms");
  private static final JsonName IDEMPOTENT = JsonName.of("idempotent");
  private static final JsonName KEY = JsonName.of("key");
  private static final JsonName ATTEMPT = JsonName.of("attempt");
  private static final JsonName DEDUP = JsonName.of("dedup");
  private static final JsonName AGE_MS = JsonName.of("age_ms");
  private static final JsonName AUTH = JsonName.of("auth");
  private static final JsonName TRACEPARENT = JsonName.of("traceparent");
  private static final JsonName TRACESTATE = JsonName.of("tracestate");
  private static final JsonName ACCEPT = JsonName.of("accept");

  private static final JsonName TIMING = JsonName.of("timing");

  private static final int TIMEOUT_PART = "'timeout_ms':".length();

  /** Room for all that fixed lengths bound: names, numbers, a traceparent. */
  private static final int FIXED_PART = 256;

  private MetaWriter() {}

  /** How long it gets: exact if it says only a timeout or nothing, else a guess. */
  static int sizeOf(Meta meta) {
    int size = 2;
    if (meta.timeoutMillis() >= 0) {
      size += TIMEOUT_PART + JsonWriter.sizeOf(meta.timeoutMillis());
    }
    if (!meta.saysMoreThanATimeout()) {
      return size;
    }
    return size
        + FIXED_PART
        + length(meta.key())
        + length(meta.dedup())
        + length(meta.auth())
        + length(meta.tracestate());
  }

  private static int length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  static void write(JsonWriter w, Meta meta) {
    w.beginObject();
    if (meta.v() > 0) {
      w.name(V).value(meta.v());
    }
    if (meta.timeoutMillis() >= 0) {
      w.name(TIMEOUT_MS).value(meta.timeoutMillis());
    }
    if (meta.saysMoreThanATimeout()) {
      rest(w, meta);
    }
    w.endObject();
  }

  private static void rest(JsonWriter w, Meta meta) {
    Boolean idempotent = meta.idempotent();
    if (idempotent != null) {
      w.name(IDEMPOTENT).value(idempotent.booleanValue());
    }
    text(w, KEY, meta.key());
    if (meta.attempt() > 0) {
      w.name(ATTEMPT).value(meta.attempt());
    }
    text(w, DEDUP, meta.dedup());
    if (meta.ageMillis() >= 0) {
      w.name(AGE_MS).value(meta.ageMillis());
    }
    text(w, AUTH, meta.auth());
    text(w, TRACEPARENT, meta.traceparent());
    text(w, TRACESTATE, meta.tracestate());
    if (!meta.accept().isEmpty()) {
      w.name(ACCEPT).beginArray();
      for (String name : meta.accept()) {
        w.value(name);
      }
      w.endArray();
    }
    if (meta.timing()) {
      w.name(TIMING).value(true);
    }
  }

  private static void text(JsonWriter w, JsonName name, @Nullable String text) {
    if (text != null) {
      w.name(name).value(text);
    }
  }
}
