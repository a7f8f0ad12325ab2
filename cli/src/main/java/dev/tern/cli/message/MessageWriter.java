package dev.tern.cli.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.frame.PayloadKind;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.value.EncodedWriter;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.MalformedException;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.OverLimit;
import dev.tern.protocol.value.Transcode;
import dev.tern.protocol.value.ValueKind;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.ValueValidator;
import dev.tern.protocol.value.ValueWriter;
import java.util.ArrayList;
import java.util.List;

/** Writes a message that is JSON in another encoding, in as few bytes as a sender would. */
final class MessageWriter {
  private static final Names NO_NAMES = Names.of();

  private MessageWriter() {}

  /**
   * The payload: of a message, or of a batch.
   *
   * @throws IllegalArgumentException if it is no JSON object and no array of such, or the encoding
   *     cannot say it
   */
  static byte[] write(byte[] json, Encoding encoding) {
    if (PayloadKind.of(json, 0, json.length) != PayloadKind.JSON_BATCH) {
      return one(json, encoding);
    }
    List<Bytes> messages = new ArrayList<>();
    try {
      ValueValidator validator = JsonEncoding.JSON.validator(Limits.DEFAULT);
      for (Bytes message : JsonEncoding.JSON.batched(validator, Bytes.of(json), json.length)) {
        messages.add(Bytes.of(one(message.toByteArray(), encoding)));
      }
    } catch (MalformedException e) {
      throw new IllegalArgumentException("message: " + Payload.at(e), e);
    }
    return encoding.batch(messages).toByteArray();
  }

  private static byte[] one(byte[] json, Encoding encoding) {
    check(json);
    byte[] message = new String(json, UTF_8).strip().getBytes(UTF_8);
    if (encoding == JsonEncoding.JSON) {
      return message;
    }
    try {
      EncodedWriter out = encoding.messageWriter(message.length);
      value(JsonEncoding.JSON.messageReader(Bytes.of(message)), out);
      return out.takeBytes().toByteArray();
    } catch (IllegalArgumentException | IllegalStateException e) { // the latter: of a schema
      throw new IllegalArgumentException(
          "message: " + encoding.label() + " cannot say it: " + e.getMessage(), e);
    }
  }

  private static void check(byte[] json) {
    PayloadKind kind = PayloadKind.of(json, 0, json.length);
    if (kind != PayloadKind.JSON) {
      throw new IllegalArgumentException(
          "message: %s (expected: a JSON object)"
              .formatted(kind == PayloadKind.JSON_BATCH ? "an array in one" : "no JSON object"));
    }
    OverLimit over;
    try {
      over = JsonEncoding.JSON.validator(Limits.DEFAULT).checkMessage(json, 0, json.length);
    } catch (MalformedException e) {
      throw new IllegalArgumentException("message: " + Payload.at(e), e);
    }
    if (over != null) {
      throw new IllegalArgumentException(
          "message: byte " + over.at() + ": " + over.message(Limits.DEFAULT));
    }
  }

  /** Counts before it writes, as a length that is not known yet takes more bytes. */
  private static void value(ValueReader in, ValueWriter out) {
    ValueKind kind = in.peek();
    if (kind == ValueKind.OBJECT) {
      out.beginObject(members(in.copy()));
      in.beginObject();
      while (in.nextMember(NO_NAMES, 0) != ValueReader.END) {
        out.name(in.name());
        value(in, out);
      }
      out.endObject();
    } else if (kind == ValueKind.ARRAY) {
      out.beginArray(elements(in.copy()));
      in.beginArray();
      while (in.nextElement()) {
        value(in, out);
      }
      out.endArray();
    } else {
      Transcode.copy(in, out);
    }
  }

  private static int members(ValueReader ahead) {
    int count = 0;
    ahead.beginObject();
    while (ahead.nextMember(NO_NAMES, 0) != ValueReader.END) {
      ahead.skipValue();
      count++;
    }
    return count;
  }

  private static int elements(ValueReader ahead) {
    int count = 0;
    ahead.beginArray();
    while (ahead.nextElement()) {
      ahead.skipValue();
      count++;
    }
    return count;
  }
}
