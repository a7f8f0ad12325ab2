package dev.tern.protocol.envelope;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Id;
import dev.tern.protocol.Message;
import dev.tern.protocol.Meta;
import dev.tern.protocol.WireError;
import org.jspecify.annotations.Nullable;

/** A message in one line, for tables. */
final class Rendered {
  private Rendered() {}

  static String of(Message message) {
    StringBuilder out = new StringBuilder();
    switch (message) {
      case Message.Request request -> {
        out.append(request.isNotification() ? "notification " : "request ");
        out.append(request.dialect().label());
        id(out, request.id());
        out.append(' ').append(request.method());
        json(out, request.params());
        meta(out, request.meta());
      }
      case Message.Response response -> {
        WireError error = response.error();
        out.append(error == null ? "result" : "error");
        id(out, response.id());
        if (error != null) {
          out.append(' ').append(error.code()).append(' ').append(error.number());
          out.append(' ').append(error.executed().wire());
          out.append(" \"").append(error.message()).append('"');
          byte[] details = error.details();
          json(out, details == null ? null : Bytes.of(details));
        }
        json(out, response.result());
        out.append(response.replayed() ? " replayed" : "");
        said(out, "queue_us", response.queueMicros() < 0 ? null : response.queueMicros());
        said(out, "handler_us", response.handlerMicros() < 0 ? null : response.handlerMicros());
      }
      case Message.Malformed malformed -> {
        out.append(malformed.reply() || malformed.isResponse() ? "" : "silent ");
        out.append(malformed.isResponse() ? "bad-response " : "bad-request ");
        out.append(malformed.dialect().label());
        id(out, malformed.id());
        out.append(' ').append(malformed.error().code());
        byte[] details = malformed.error().details();
        json(out, details == null ? null : Bytes.of(details));
      }
    }
    return out.toString();
  }

  private static void meta(StringBuilder out, Meta meta) {
    said(out, "v", meta.v() == 0 ? null : meta.v());
    said(out, "timeout_ms", meta.timeoutMillis() < 0 ? null : meta.timeoutMillis());
    said(out, "idempotent", meta.idempotent());
    said(out, "key", meta.key());
    said(out, "attempt", meta.attempt() == 0 ? null : meta.attempt());
    said(out, "dedup", meta.dedup());
    said(out, "age_ms", meta.ageMillis() < 0 ? null : meta.ageMillis());
    said(out, "auth", meta.auth());
    said(out, "traceparent", meta.traceparent());
    said(out, "tracestate", meta.tracestate());
    said(out, "accept", meta.accept().isEmpty() ? null : meta.accept());
  }

  private static void said(StringBuilder out, String name, @Nullable Object value) {
    if (value != null) {
      out.append(' ').append(name).append('=').append(value);
    }
  }

  private static void id(StringBuilder out, @Nullable Id id) {
    switch (id) {
      case null -> {}
      case Id.Null none -> out.append(" id=null");
      case Id.Number number -> out.append(" id=").append(number);
      case Id.Text text -> out.append(" id=").append(text);
    }
  }

  private static void json(StringBuilder out, @Nullable Bytes json) {
    if (json != null) {
      out.append(' ').append(json);
    }
  }
}
