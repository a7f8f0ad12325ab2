package dev.tern.codec.protobuf;

import dev.tern.protocol.value.ValueKind;
import org.jspecify.annotations.Nullable;

/** What the content of a field is, and what it is shown as. */
enum Kind {
  NULL(Wire.VARINT, ValueKind.NULL),
  BOOL(Wire.VARINT, ValueKind.BOOLEAN),
  SINT64(Wire.VARINT, ValueKind.NUMBER),
  UINT64(Wire.VARINT, ValueKind.NUMBER),
  DOUBLE(Wire.FIXED64, ValueKind.NUMBER),
  FLOAT(Wire.FIXED32, ValueKind.NUMBER),
  STRING(Wire.LEN, ValueKind.STRING),
  BYTES(Wire.LEN, ValueKind.BINARY),
  LIST(Wire.LEN, ValueKind.ARRAY),
  MAP(Wire.LEN, ValueKind.OBJECT),
  /** One that a method declares: nobody knows here what is in it. */
  MESSAGE(Wire.LEN, ValueKind.BINARY),
  /** Shown as what is in it. */
  VALUE(Wire.LEN, null),
  /** A name, and a value or a text: an entry of a map. */
  MEMBER(Wire.LEN, null),
  REQUEST(Wire.LEN, ValueKind.OBJECT),
  RESPONSE(Wire.LEN, ValueKind.OBJECT),
  META(Wire.LEN, ValueKind.OBJECT),
  ERROR(Wire.LEN, ValueKind.OBJECT),
  /** A verdict. */
  EXECUTED(Wire.VARINT, ValueKind.STRING),

  // What has no field of its own.

  /** All texts of a repeated field. */
  TEXTS(Wire.LEN, ValueKind.ARRAY),
  /** All entries of a map of texts. */
  TEXT_MAP(Wire.LEN, ValueKind.OBJECT),
  /** Follows from what else is there. */
  TRUE(Wire.VARINT, ValueKind.BOOLEAN),
  /** Follows from what else is there. */
  FALSE(Wire.VARINT, ValueKind.BOOLEAN),
  /** No value comes next. */
  NOTHING(Wire.VARINT, null);

  /** The wire type. */
  final int type;

  final @Nullable ValueKind shown;

  Kind(int type, @Nullable ValueKind shown) {
    this.type = type;
    this.shown = shown;
  }
}
