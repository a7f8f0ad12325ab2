package dev.tern.codec.msgpack;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import dev.tern.protocol.value.Allowance;
import dev.tern.protocol.value.EncodedWriter;
import dev.tern.protocol.value.Encoding;
import dev.tern.protocol.value.Row;
import dev.tern.protocol.value.ValueReader;
import dev.tern.protocol.value.ValueValidator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** MessagePack: its maps are JSON's objects, member by member. */
public final class MessagePackEncoding implements Encoding {
  private static final byte[] NOTHING = {};

  /** A writer of messages that nobody uses; null for none. */
  private final AtomicReference<@Nullable MessagePackWriter> spare = new AtomicReference<>();

  /** For {@link java.util.ServiceLoader}. */
  public MessagePackEncoding() {}

  @Override
  public String label() {
    return "msgpack";
  }

  @Override
  public ValueValidator validator(Limits limits) {
    return new MessagePackValidator(limits);
  }

  @Override
  public ValueReader messageReader(Bytes payload) {
    return new MessagePackReader(payload);
  }

  @Override
  public ValueReader reader(Bytes value, @Nullable Allowance allowance) {
    return new MessagePackReader(value, allowance);
  }

  @Override
  public EncodedWriter messageWriter(int capacity) {
    MessagePackWriter writer = spare.getAndSet(null);
    return writer == null ? MessagePackWriter.ofMessages(spare::setRelease) : writer;
  }

  @Override
  public EncodedWriter writer(int capacity, Limits limits, int outside) {
    return new MessagePackWriter(capacity, limits, outside);
  }

  @Override
  public Bytes batch(List<Bytes> messages) {
    return Row.of(Format.arrayHead(messages.size()), NOTHING, messages, NOTHING);
  }

  @Override
  public @Nullable Bytes usualRequest(
      long id, byte[] method, @Nullable Bytes params, long timeoutMillis) {
    return UsualMessages.request(id, method, params, timeoutMillis);
  }

  @Override
  public @Nullable Bytes usualReply(long id, Bytes result) {
    return UsualMessages.reply(id, result);
  }

  @Override
  public String toString() {
    return label();
  }
}
