/**
 * MessagePack behind {@link dev.tern.protocol.value.ValueReader} and {@link
 * dev.tern.protocol.value.ValueWriter}: what JSON can say, in fewer bytes. What comes from a
 * stranger passes {@link dev.tern.codec.msgpack.MessagePackValidator} first.
 */
@NullMarked
package dev.tern.codec.msgpack;

import org.jspecify.annotations.NullMarked;
