package dev.tern.protocol.value;

import dev.tern.protocol.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Walks one value that was validated when its message was read: nothing is checked again but what
 * the caller asks for. No tree is made of it.
 *
 * <pre>{@code
 * in.beginObject();
 * for (int i = in.nextMember(NAMES, 0); i != ValueReader.END; i = in.nextMember(NAMES, i + 1)) {
 *   switch (i) {
 *     case 0 -> a = in.readString();
 *     default -> in.skipValue();
 *   }
 * }
 * }</pre>
 *
 * <p>After {@link #nextMember} and {@link #nextElement} have found something, read or skip exactly
 * one value. To read a value as another kind than {@link #peek} says is a mistake of the caller's,
 * and ends in some exception. Not thread-safe.
 */
public interface ValueReader {
  /** There is no further member. */
  int END = -2;

  /** A member whose name is none of those known. */
  int UNKNOWN = -1;

  /** The kind of the value that comes next; nothing is consumed. */
  ValueKind peek();

  /** Enters the object that comes next. */
  void beginObject();

  /**
   * Moves to the next member's value in the object entered last, or leaves the object.
   *
   * @param expected the index of the name that probably comes next; any number will do
   * @return the index of its name, {@link #UNKNOWN} or {@link #END}
   */
  int nextMember(Names known, int expected);

  /** The name moved to last, until something else is read. */
  String name();

  /** Hands over the name moved to last, without its escapes. */
  void nameTo(Utf8Target target);

  /** Its index among known ones, or {@link #UNKNOWN}. */
  int nameIn(Names known);

  /** Another reader that is where this one is, to look ahead. */
  ValueReader copy();

  /** Enters the array that comes next. */
  void beginArray();

  /** Moves to the next value in the array entered last; false leaves the array. */
  boolean nextElement();

  /** Reads a string. */
  String readString();

  /** Reads a string and hands it over, without its escapes. */
  void stringTo(Utf8Target target);

  /**
   * Reads a string that is probably known.
   *
   * @return its index, or {@link #UNKNOWN}
   */
  int readString(Names known);

  /** Reads a number as an integer, exactly; {@link #integerBits} has the value. */
  IntegerKind readInteger();

  /** The 64 bits of the integer read last. */
  long integerBits();

  /**
   * Reads a number as the nearest double.
   *
   * @return NaN if it is out of range, or an integer that no double holds
   */
  double readDouble();

  /**
   * Reads a number as the nearest float.
   *
   * @return NaN if it is out of range, or an integer that no float holds
   */
  float readFloat();

  /** Reads a number as JSON would write it, with all its digits. */
  String readNumber();

  /** Reads true or false. */
  boolean readBoolean();

  /** Reads null. */
  void readNull();

  /**
   * Reads bytes, or a text in base64.
   *
   * @return null if the text is none
   */
  byte @Nullable [] readBinary();

  /**
   * Reads bytes where they lie, if the encoding has them, or a text in base64.
   *
   * @return null if the text is none
   */
  default @Nullable Bytes readBytes() {
    byte[] bytes = readBinary();
    return bytes == null ? null : Bytes.of(bytes);
  }

  /**
   * Whether the bytes that come next are a message of a schema of its own, which a method declares.
   * It is only ever the whole of params or of a result.
   */
  default boolean isMessage() {
    return false;
  }

  /** Reads a value as the very bytes that it is encoded in. */
  Bytes readEncoded();

  /**
   * Says that one more element of a list, or entry of a map, is about to be made.
   *
   * @throws NoRoomException if the {@link Allowance} of this reader is used up
   */
  void willMake();

  /** Passes over the value that comes next. */
  void skipValue();

  /** Where in its buffer it is: after {@link #peek} at the value, else behind the last one. */
  int position();

  /** Whether nothing follows the value. */
  boolean isAtEnd();

  /**
   * Goes back to the value read last, unless its name or its bracket was passed since; so an error
   * can tell what stands there.
   */
  void again();

  /** Whether the encoding has decimals, so that a text is never a number. */
  boolean hasDecimals();
}
