package dev.tern.protocol.value;

import dev.tern.protocol.Bytes;
import dev.tern.protocol.Limits;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A way to write values and messages as bytes. JSON is always there; others are optional parts,
 * found by {@link java.util.ServiceLoader}. A message is an object whose members have the same
 * names in each encoding, as far as those who read and write it can see. There is one instance of
 * each in a process, which is thread-safe.
 */
public interface Encoding {
  /** Its name on the wire, such as {@code "msgpack"}. */
  String label();

  /** A validator of messages and values of strangers. */
  ValueValidator validator(Limits limits);

  /**
   * A reader of a message that was validated, which is an object.
   *
   * @param payload lies in one array
   */
  ValueReader messageReader(Bytes payload);

  /**
   * A reader of a value that was validated: params, or a result, as a message holds it.
   *
   * @param value lies in one array
   * @param allowance how much may be made of it; null for whatever it is
   */
  ValueReader reader(Bytes value, @Nullable Allowance allowance);

  /**
   * A writer of a message. Its first array has room for a frame's prefix, and it is no longer than
   * a frame can be.
   *
   * @param capacity a guess of the length
   */
  EncodedWriter messageWriter(int capacity);

  /**
   * A writer of a value which a peer with the same limits reads.
   *
   * @param capacity a guess of the length
   * @param outside in how many objects and arrays it will lie
   */
  EncodedWriter writer(int capacity, Limits limits, int outside);

  /**
   * Takes a batch apart; nobody has looked at its messages yet, be they messages or not.
   *
   * @param validator one of this encoding
   * @param payload lies in one array
   * @param most no more of them are looked for than one more than this
   * @throws MalformedException if it is no batch
   */
  default List<Bytes> batched(ValueValidator validator, Bytes payload, int most) {
    validator.checkValue(payload, 0);
    ValueReader in = reader(payload, null);
    List<Bytes> messages = new ArrayList<>();
    in.beginArray();
    while (messages.size() <= most && in.nextElement()) {
      messages.add(in.readEncoded());
    }
    return messages;
  }

  /**
   * The payload of a batch, with room for a frame's prefix before it.
   *
   * @param messages at least one
   */
  Bytes batch(List<Bytes> messages);

  /**
   * The payload of a usual v1 request, as a {@link FastPath} finds it.
   *
   * @param id 0 or more
   * @param method its name, encoded
   * @param timeoutMillis 0 or more, all that its meta says
   * @return null if this encoding has no short way for it
   */
  default @Nullable Bytes usualRequest(
      long id, byte[] method, @Nullable Bytes params, long timeoutMillis) {
    return null;
  }

  /**
   * The payload of a usual v1 reply, as a {@link FastPath} finds it.
   *
   * @param id 0 or more
   * @return null if this encoding has no short way for it
   */
  default @Nullable Bytes usualReply(long id, Bytes result) {
    return null;
  }
}
