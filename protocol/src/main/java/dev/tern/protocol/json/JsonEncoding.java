package dev.tern.protocol.json;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.value.Allowance;
import dev.tern.protocol.value.EncodedWriter;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.Row;
import dev.tern.protocol.value.Transcode;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.ValueValidator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON, which every peer speaks. */
public final class JsonEncoding implements Encoding {
  /** The only one. */
  public static final JsonEncoding JSON = new JsonEncoding();

  private static final byte[] BEGIN = {'['};
  private static final byte[] COMMA = {','};
  private static final byte[] END = {']'};

  private JsonEncoding() {}

  @Override
  public String label() {
    return "json";
  }

  @Override
  public ValueValidator validator(Limits limits) {
    return JsonValidator.passingOverDepth(limits);
  }

  @Override
  public ValueReader messageReader(Bytes payload) {
    return new JsonReader(payload);
  }

  @Override
  public ValueReader reader(Bytes value, @Nullable Allowance allowance) {
    return new JsonReader(value, allowance);
  }

  @Override
  public EncodedWriter messageWriter(int capacity) {
    return JsonWriter.payload(capacity);
  }

  @Override
  public EncodedWriter writer(int capacity, Limits limits, int outside) {
    return JsonWriter.bounded(capacity, limits).reset(outside);
  }

  @Override
  public Bytes batch(List<Bytes> messages) {
    return Row.of(BEGIN, COMMA, messages, END);
  }

  /** The value that comes next in any encoding, in JSON. */
  public static Bytes read(ValueReader in) {
    if (in instanceof JsonReader json) {
      return json.readEncoded();
    }
    JsonWriter out = new JsonWriter();
    Transcode.copy(in, out);
    return out.takeBytes();
  }

  @Override
  public String toString() {
    return label();
  }
}
