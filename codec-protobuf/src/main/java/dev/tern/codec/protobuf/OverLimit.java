package dev.tern.codec.protobuf;

import dev.tern.protocol.Limits.Bound;

/**
 * Something in a message that is well-formed, but larger than is taken.
 *
 * @param at where it starts in the buffer
 * @param bound what it is over
 */
public record OverLimit(int at, Bound bound) {}
