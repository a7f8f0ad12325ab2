/** Handlers and filters, the client, the server, and the seam to transports. */
@NullMarked
package dev.tern.core;

import org.jspecify.annotations.NullMarked;
