package dev.tern.protocol.value;

import dev.tern.protocol.Bytes;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Writes one value after another. That names and values alternate is up to the caller.
 *
 * <p>What no peer would read is refused by an {@link IllegalArgumentException}: half a surrogate
 * pair, a number that is not finite, a name that is too long, what nests too deep; after that the
 * writer is of no use. Not thread-safe.
 */
public interface ValueWriter {
  /** The number of members or elements is not known yet. */
  int UNKNOWN_SIZE = -1;

  /**
   * Opens an object.
   *
   * @param members how many it will have, or {@link #UNKNOWN_SIZE}
   */
  ValueWriter beginObject(int members);

  /** Closes it. */
  ValueWriter endObject();

  /**
   * Opens an array.
   *
   * @param elements how many it will have, or {@link #UNKNOWN_SIZE}
   */
  ValueWriter beginArray(int elements);

  /** Closes it. */
  ValueWriter endArray();

  /** A member's name; its value comes next. */
  ValueWriter name(Name name);

  /** A name that is not known beforehand. */
  ValueWriter name(String name);

  /** A string. */
  ValueWriter value(String text);

  /** An integer. */
  ValueWriter value(long number);

  /** An integer in [0, 2^64-1]: the bits of the long count as one without a sign. */
  ValueWriter unsignedValue(long number);

  /** A finite number. */
  ValueWriter value(double number);

  /** A finite number. */
  ValueWriter value(float number);

  /** An integer of any length. */
  ValueWriter value(BigInteger number);

  /** A decimal with all its digits. */
  ValueWriter value(BigDecimal number);

  /** True or false. */
  ValueWriter value(boolean truth);

  /** Null. */
  ValueWriter nullValue();

  /** Bytes; a text in base64 where the encoding has none. */
  ValueWriter value(byte[] bytes);

  /** Bytes that nobody changes any more: an encoding that has them need not copy them. */
  default ValueWriter value(Bytes bytes) {
    return value(bytes.toByteArray());
  }

  /**
   * A message of a schema of its own, which a method declares, encoded; only as the whole of params
   * or of a result.
   *
   * @throws IllegalArgumentException if it stands elsewhere, or the encoding has no place for one
   */
  default ValueWriter message(Bytes encoded) {
    throw new IllegalArgumentException(
        "a message of protobuf in another encoding (expected: protobuf; at a client"
            + " ClientBuilder.encoding says it)");
  }

  /** A value in JSON, whoever wrote it: it is looked at. */
  ValueWriter json(Bytes json);
}
