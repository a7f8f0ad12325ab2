package dev.tern.protocol.envelope;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Id;
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
        out.append(response.meta().replayed() ? " replayed" : "");
        said(
            out,
            "queue_us",
            response.meta().queueMicros() < 0 ? null : response.meta().queueMicros());
        said(
            out,
            "handler_us",
            response.meta().handlerMicros() < 0 ? null : response.meta().handlerMicros());
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
    said(out, "v", meta.get(Meta.V));
    said(out, "timeout_ms", meta.timeoutMillis() < 0 ? null : meta.timeoutMillis());
    for (Meta.Key<?> key : Meta.keys()) {
      said(out, key.wire(), key == Meta.V ? null : meta.get(key));
    }
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
