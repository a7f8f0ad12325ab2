/** Races of operations that happen once. */
@NullMarked
package dev.tern.core.server.admission;

import org.jspecify.annotations.NullMarked;
