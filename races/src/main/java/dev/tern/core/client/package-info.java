/** Threads and the calls of a client. */
@NullMarked
package dev.tern.core.client;

import org.jspecify.annotations.NullMarked;
