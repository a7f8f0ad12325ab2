package dev.tern.fuzz;

import static dev.tern.fuzz.Oracle.require;

import dev.tern.codec.msgpack.MessagePackException;
import dev.tern.codec.msgpack.MessagePackReader;
import dev.tern.codec.msgpack.MessagePackValidator;
import dev.tern.codec.msgpack.MessagePackWriter;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.json.JsonReader;
import dev.tern.protocol.json.JsonValidator;
import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.value.Transcode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.Value;

/**
 * Any bytes are one value in MessagePack or are refused by one exception; what is taken
 * msgpack-core reads too; and written again, in MessagePack or by way of JSON, it says the same.
 */
public final class MessagePackTarget {
  private static final MessagePackValidator VALIDATOR = new MessagePackValidator(Limits.DEFAULT);

  private MessagePackTarget() {}

  /** One run of the fuzzer. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    if (!isTaken(bytes)) {
      return;
    }
    MessagePackReader skipped = reader(bytes);
    skipped.skipValue();
    require(skipped.isAtEnd(), "not at the end");

    byte[] written = written(bytes);
    require(isTaken(written), "written, and refused");
    require(unpacked(bytes).equals(unpacked(written)), "another value: " + unpacked(written));
    require(Arrays.equals(written(written), written), "another form");

    JsonWriter json = JsonWriter.bounded(bytes.length, Limits.DEFAULT).reset(0);
    try {
      Transcode.copy(reader(bytes), json);
    } catch (IllegalArgumentException e) {
      return; // a name that is too long with its escapes
    }
    throughJson(json.toByteArray());
  }

  private static boolean isTaken(byte[] bytes) {
    try {
      VALIDATOR.check(Bytes.of(bytes), 0);
      return true;
    } catch (MessagePackException e) {
      require(e.offset() >= 0 && e.offset() <= bytes.length, "offset: " + e.offset());
      return false;
    }
  }

  private static MessagePackReader reader(byte[] bytes) {
    return new MessagePackReader(Bytes.of(bytes));
  }

  private static byte[] written(byte[] bytes) {
    MessagePackWriter out = new MessagePackWriter();
    Transcode.copy(reader(bytes), out);
    return out.toByteArray();
  }

  private static Value unpacked(byte[] bytes) {
    try (MessageUnpacker in = MessagePack.newDefaultUnpacker(bytes)) {
      Value value = in.unpackValue();
      require(!in.hasNext(), "msgpack-core is not at the end");
      return value;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void throughJson(byte[] json) {
    MessagePackWriter out = new MessagePackWriter();
    Transcode.copy(new JsonReader(JsonValidator.readable(json, 0, Limits.DEFAULT)), out);
    require(isTaken(out.toByteArray()), "written from JSON, and refused");
    JsonWriter again = new JsonWriter();
    Transcode.copy(reader(out.toByteArray()), again);
    require(Arrays.equals(again.toByteArray(), json), "other JSON");
  }
}
