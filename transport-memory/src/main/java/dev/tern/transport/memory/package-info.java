/** The in-memory transport: both ends of each connection are in one process. */
@NullMarked
package dev.tern.transport.memory;

import org.jspecify.annotations.NullMarked;
