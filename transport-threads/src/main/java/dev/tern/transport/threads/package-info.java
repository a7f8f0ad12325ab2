/**
 * Plain sockets, one reading and one writing thread a connection: the transport to learn from. Read
 * {@code SocketListener} (how connections come in), {@code SocketConnection} (what one is, and how
 * it ends), {@code Inbound} and {@code Outbound} (its two directions), and last {@code
 * ThreadsTransport}, which holds them together. {@code core.transport} says what each must do.
 */
@NullMarked
package dev.tern.transport.threads;

import org.jspecify.annotations.NullMarked;
