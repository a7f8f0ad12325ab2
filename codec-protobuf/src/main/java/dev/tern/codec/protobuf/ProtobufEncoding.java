package dev.tern.codec.protobuf;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.value.Allowance;
import dev.tern.protocol.value.EncodedWriter;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.Row;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.ValueValidator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Protobuf, by the schema in {@code tern.proto}. It has one dialect: a request always has a meta,
 * and a response says whether it went well.
 */
public final class ProtobufEncoding implements Encoding {
  private static final byte[] NOTHING = {};

  /** For {@link java.util.ServiceLoader}. */
  public ProtobufEncoding() {}

  @Override
  public String label() {
    return "protobuf";
  }

  @Override
  public ValueValidator validator(Limits limits) {
    return new ProtobufValidator(limits);
  }

  @Override
  public ValueReader messageReader(Bytes payload) {
    return ProtobufReader.ofMessage(payload);
  }

  @Override
  public ValueReader reader(Bytes value, @Nullable Allowance allowance) {
    return new ProtobufReader(value, allowance);
  }

  @Override
  public EncodedWriter messageWriter(int capacity) {
    return ProtobufWriter.message(capacity);
  }

  @Override
  public EncodedWriter writer(int capacity, Limits limits, int outside) {
    return new ProtobufWriter(capacity, limits, outside);
  }

  /** What stands in a Batch is a Payload each: their tags are the same. */
  @Override
  public List<Bytes> batched(ValueValidator validator, Bytes payload, int most) {
    return ((ProtobufValidator) validator).batched(payload, most);
  }

  @Override
  public Bytes batch(List<Bytes> messages) {
    long length = Row.lengthOf(messages);
    byte[] head = new byte[1 + Wire.varintSize(length)];
    head[0] = ProtobufValidator.BATCH;
    Wire.putVarint(head, 1, length);
    return Row.of(head, NOTHING, messages, NOTHING);
  }

  @Override
  public String toString() {
    return label();
  }
}
