/** Messages read out of payloads, and payloads written of messages. */
@NullMarked
package dev.tern.protocol.envelope;

import org.jspecify.annotations.NullMarked;
