package dev.tern.cli.message;

import dev.tern.core.binding.FoundEncodings;
import dev.tern.core.compress.FoundCompressions;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.compress.Compressions;
import dev.tern.protocol.compress.UnexpandableException;
import dev.tern.protocol.frame.PayloadKind;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.json.JsonException;
import dev.tern.protocol.json.JsonReader;
import dev.tern.protocol.json.JsonValidator;
import dev.tern.protocol.value.EncodedWriter;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.MalformedException;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.OverLimit;
import dev.tern.protocol.value.Transcode;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.ValueValidator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the payload of a frame says, or why it says nothing. Immutable. */
public final class Payload {
  /** The id of a client's own hello, as it stands in JSON: no call's. */
  public static final String HELLO = "\"hello\"";

  private static final Names ID = Names.of("id");

  private final String label;
  private final byte @Nullable [] json;
  private final String trouble;

  private Payload(String label, byte @Nullable [] json, String trouble) {
    this.label = label;
    this.json = json;
    this.trouble = trouble;
  }

  /** Reads one, in whatever encoding and compression it is. Never throws. */
  public static Payload read(byte[] payload) {
    PayloadKind kind = PayloadKind.of(payload, 0, payload.length);
    if (kind == null) {
      return unread("unknown", firstByte(payload));
    }
    String label = kind.label();
    return kind.isCompressed() && FoundCompressions.labels().contains(label)
        ? compressed(payload, label)
        : read(payload, kind);
  }

  private static Payload compressed(byte[] payload, String label) {
    byte[] inner;
    try (Compressions all = FoundCompressions.of(List.of(label))) {
      inner =
          all.expand(label, payload, 0, payload.length, Limits.MAX_FRAME_BYTES, _ -> true)
              .toByteArray();
    } catch (UnexpandableException e) {
      return unread(label, String.valueOf(e.getMessage()));
    }
    PayloadKind kind = PayloadKind.of(inner, 0, inner.length);
    if (kind == null || kind.isCompressed()) {
      String what = kind == null ? "what is in it" : kind.label() + ", which is in it,";
      return unread(label, what + " is no message (expected: one in an encoding)");
    }
    Payload read = read(inner, kind);
    String both = "%s of %d bytes in %s".formatted(read.label, inner.length, label);
    return new Payload(both, read.json, read.trouble);
  }

  private static Payload read(byte[] payload, PayloadKind kind) {
    Encoding encoding = FoundEncodings.ALL.find(kind.label());
    if (encoding == null) {
      return unread(kind.label(), whyNot(kind));
    }
    return kind.isBatch() ? batch(payload, encoding) : read(payload, encoding);
  }

  private static Payload batch(byte[] payload, Encoding encoding) {
    String label = encoding.label() + " batch";
    List<Bytes> messages = new ArrayList<>();
    try {
      ValueValidator validator = encoding.validator(Limits.DEFAULT);
      for (Bytes part : encoding.batched(validator, Bytes.of(payload), payload.length)) {
        Payload message = read(part.toByteArray(), encoding);
        if (message.json == null) {
          return unread(label, "message " + (messages.size() + 1) + ": " + message.trouble);
        }
        messages.add(Bytes.of(message.json));
      }
    } catch (MalformedException e) {
      return unread(label, at(e));
    }
    byte[] json =
        encoding == JsonEncoding.JSON
            ? payload // in the very words of its sender
            : JsonEncoding.JSON.batch(messages).toByteArray();
    return new Payload(label, json, "");
  }

  private static String firstByte(byte[] payload) {
    return payload.length == 0
        ? "no bytes (expected: a message)"
        : "byte 0: 0x%02X (expected: the first byte of a message)".formatted(payload[0] & 0xFF);
  }

  private static String whyNot(PayloadKind kind) {
    if (kind.isCompressed()) {
      return "its module is not here (expected: one of %s)"
          .formatted(String.join(", ", FoundCompressions.labels()));
    }
    return "its module is not here (expected: one of %s)"
        .formatted(String.join(", ", FoundEncodings.ALL.labels()));
  }

  private static Payload read(byte[] payload, Encoding encoding) {
    String label = encoding.label();
    try {
      OverLimit over = encoding.validator(Limits.DEFAULT).checkMessage(payload, 0, payload.length);
      return over == null
          ? new Payload(label, toJson(payload, encoding), "")
          : unread(label, "byte " + over.at() + ": " + over.message(Limits.DEFAULT));
    } catch (MalformedException e) {
      return unread(label, at(e));
    } catch (IllegalArgumentException e) {
      return unread(label, "JSON cannot say it: " + e.getMessage());
    }
  }

  /** What is wrong, and where. */
  static String at(MalformedException e) {
    String message = String.valueOf(e.getMessage());
    String place = "byte " + e.offset();
    return message.contains(place) ? message : place + ": " + message;
  }

  private static byte[] toJson(byte[] payload, Encoding encoding) {
    if (encoding == JsonEncoding.JSON) {
      return payload; // in the very words of its sender
    }
    EncodedWriter out = JsonEncoding.JSON.messageWriter(2 * payload.length);
    Transcode.copy(encoding.messageReader(Bytes.of(payload)), out);
    return out.takeBytes().toByteArray();
  }

  private static Payload unread(String label, String trouble) {
    return new Payload(label, null, trouble);
  }

  /** The encoding's name, or that of whatever else it is. */
  public String label() {
    return label;
  }

  /** The message in JSON; null if it is none that can be read. Not to be changed. */
  public byte @Nullable [] json() {
    return json;
  }

  /** Why there is no message; empty if there is one. */
  public String trouble() {
    return trouble;
  }

  /** A message's id as it stands in JSON; null if it has none, or comes after what is no JSON. */
  public static @Nullable String id(byte[] json) {
    try {
      return id(new JsonReader(Bytes.of(json, 0, soundUntil(json))));
    } catch (JsonException _) {
      return null; // a peer may send anything
    }
  }

  private static @Nullable String id(ValueReader in) {
    if (in.peek() != ValueKind.OBJECT) {
      return null;
    }
    in.beginObject();
    for (int i = in.nextMember(ID, 0); i != ValueReader.END; i = in.nextMember(ID, 0)) {
      Bytes value = in.readEncoded();
      if (i == 0) {
        return value.toString();
      }
    }
    return null;
  }

  /** Where it is no JSON any more, or its end. */
  private static int soundUntil(byte[] json) {
    try {
      new JsonValidator(Limits.DEFAULT).checkMessage(json, 0, json.length);
      return json.length;
    } catch (JsonException e) {
      return e.offset();
    }
  }
}
