/** Frames: the length before each payload, and what its first byte says. */
@NullMarked
package dev.tern.protocol.frame;

import org.jspecify.annotations.NullMarked;
