/** What the ends of a connection tell each other about themselves, and when they were heard. */
@NullMarked
package dev.tern.protocol.peer;

import org.jspecify.annotations.NullMarked;
