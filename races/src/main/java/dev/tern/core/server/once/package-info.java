/** Races of operations that happen once. */
@NullMarked
package dev.tern.core.server.once;

import org.jspecify.annotations.NullMarked;
