/** Plain sockets, one reading and one writing thread a connection. */
@NullMarked
package dev.tern.transport.threads;

import org.jspecify.annotations.NullMarked;
