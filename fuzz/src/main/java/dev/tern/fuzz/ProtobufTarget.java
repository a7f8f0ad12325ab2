package dev.tern.fuzz;

import static dev.tern.fuzz.Oracle.require;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import dev.tern.codec.protobuf.ProtobufEncoding;
import dev.tern.codec.protobuf.ProtobufException;
import dev.tern.codec.protobuf.ProtobufReader;
import dev.tern.codec.protobuf.ProtobufValidator;
import dev.tern.codec.protobuf.ProtobufWriter;
import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.envelope.EnvelopeScanner;
import dev.tern.protocol.envelope.Message;
import dev.tern.protocol.envelope.Messages;
import dev.tern.protocol.envelope.WireFormat;
import dev.tern.protocol.json.JsonReader;
import dev.tern.protocol.json.JsonValidator;
import dev.tern.protocol.json.JsonWriter;
import dev.tern.protocol.value.MalformedException;
import dev.tern.protocol.value.Names;
import dev.tern.protocol.value.Transcode;
import java.util.Arrays;

/**
 * Any bytes are one value in protobuf, or one message, or are refused by one exception; what is
 * taken protobuf-java reads too; and written again, in protobuf or by way of JSON, it says the
 * same.
 */
public final class ProtobufTarget {
  private static final ProtobufValidator VALIDATOR = new ProtobufValidator(Limits.DEFAULT);
  private static final EnvelopeScanner SCANNER =
      new EnvelopeScanner(new ProtobufEncoding(), Limits.DEFAULT, Names.of("add", "shop.buy"));

  private ProtobufTarget() {}

  /** One run of the fuzzer. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    boolean isMessage = bytes.length > 0 && (bytes[0] == 0x12 || bytes[0] == 0x1A);
    if (isMessage) { // these are no tags of a value
      message(bytes);
    } else if (isValue(bytes)) {
      value(bytes);
    }
  }

  // --- values ---

  private static void value(byte[] bytes) {
    requireSoundFields(bytes);
    ProtobufReader skipped = reader(bytes);
    skipped.skipValue();
    require(skipped.isAtEnd(), "not at the end");
    if (reader(bytes).isMessage()) {
      return; // nobody knows here what is in it
    }
    byte[] written = written(bytes);
    require(isValue(written), "written, and refused");
    require(Arrays.equals(written(written), written), "another form");
    JsonWriter json = JsonWriter.bounded(bytes.length, Limits.DEFAULT).reset(0);
    try {
      Transcode.copy(reader(bytes), json);
    } catch (IllegalArgumentException e) {
      return; // a name that is too long with its escapes
    }
    JsonWriter again = JsonWriter.bounded(bytes.length, Limits.DEFAULT).reset(0);
    Transcode.copy(reader(written), again);
    require(Arrays.equals(again.toByteArray(), json.toByteArray()), "another value");
    throughJson(json.toByteArray());
  }

  private static boolean isValue(byte[] bytes) {
    try {
      VALIDATOR.check(Bytes.of(bytes), 0);
      return true;
    } catch (ProtobufException e) {
      require(e.offset() >= 0 && e.offset() <= bytes.length, "offset: " + e.offset());
      return false;
    }
  }

  private static ProtobufReader reader(byte[] bytes) {
    return new ProtobufReader(Bytes.of(bytes));
  }

  private static byte[] written(byte[] bytes) {
    ProtobufWriter out = new ProtobufWriter();
    Transcode.copy(reader(bytes), out);
    return out.toByteArray();
  }

  private static void throughJson(byte[] json) {
    ProtobufWriter out = new ProtobufWriter();
    Transcode.copy(new JsonReader(JsonValidator.readable(json, 0, Limits.DEFAULT)), out);
    require(isValue(out.toByteArray()), "written from JSON, and refused");
    JsonWriter again = new JsonWriter();
    Transcode.copy(reader(out.toByteArray()), again);
    require(Arrays.equals(again.toByteArray(), json), "other JSON");
  }

  private static void requireSoundFields(byte[] bytes) {
    try {
      require(UnknownFieldSet.parseFrom(bytes).isInitialized(), "not whole to protobuf-java");
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("refused by protobuf-java", e);
    }
  }

  // --- messages ---

  private static void message(byte[] bytes) {
    cut(bytes);
    Message message;
    try {
      message = SCANNER.scan(bytes, 0, bytes.length, false);
    } catch (MalformedException e) {
      require(e.offset() >= 0 && e.offset() <= bytes.length, "offset: " + e.offset());
      return;
    }
    requireSoundFields(bytes);
    switch (message) {
      case Message.Request request -> {
        require(bytes[0] == 0x12, "a request in a response");
        WireFormat format = new WireFormat(request.dialect(), request.encoding());
        byte[] method = Messages.encodeMethod(request.encoding(), request.method());
        same(
            request,
            Messages.request(format, request.id(), method, request.params(), request.meta()));
      }
      case Message.Response _ -> require(bytes[0] == 0x1A, "a response in a request");
      case Message.Malformed _ -> {}
    }
  }

  /** Written and read again it is the same. */
  private static void same(Message.Request request, Bytes payload) {
    Bytes written = payload.joined();
    Message read = SCANNER.scan(written.array(), written.from(), written.length(), false);
    require(read.equals(request), "written, but read as " + read);
  }

  /** Whatever is missing, what was read until there is told. */
  private static void cut(byte[] bytes) {
    Message.Malformed malformed = SCANNER.scanCutReply(bytes, 0, bytes.length, "cut");
    require(malformed.isResponse(), "no response");
  }
}
