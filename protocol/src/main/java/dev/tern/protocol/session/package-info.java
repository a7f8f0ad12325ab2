/**
 * Both ends of one connection, without the connection: bytes and the present time go in, events and
 * frames come out.
 */
@NullMarked
package dev.tern.protocol.session;

import org.jspecify.annotations.NullMarked;
