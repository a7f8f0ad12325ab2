/** Races of the outcome store. */
@NullMarked
package dev.tern.core.outcome;

import org.jspecify.annotations.NullMarked;
