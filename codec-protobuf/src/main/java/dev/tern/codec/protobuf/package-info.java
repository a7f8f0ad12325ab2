/**
 * Protobuf behind {@link dev.tern.protocol.value.ValueReader} and {@link
 * dev.tern.protocol.value.ValueWriter}: values, and whole messages, whose fields are shown under
 * the names that they have in JSON. What comes from a stranger passes {@link
 * dev.tern.codec.protobuf.ProtobufValidator} first.
 */
@NullMarked
package dev.tern.codec.protobuf;

import org.jspecify.annotations.NullMarked;
