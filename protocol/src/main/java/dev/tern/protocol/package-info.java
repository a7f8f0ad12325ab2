/**
 * The protocol without any I/O: frames, messages, dialects and sessions. Bytes and the present time
 * go in, events and bytes come out.
 */
@NullMarked
package dev.tern.protocol;

import org.jspecify.annotations.NullMarked;
