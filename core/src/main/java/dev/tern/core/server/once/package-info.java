/** Operations that happen once: who runs one, who joins it, and who is told what became of it. */
@NullMarked
package dev.tern.core.server.once;

import org.jspecify.annotations.NullMarked;
