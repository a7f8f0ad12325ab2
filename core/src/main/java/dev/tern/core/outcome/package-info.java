/**
 * What became of operations that must happen once: the store that remembers it, and the one that
 * does so in memory.
 */
@NullMarked
package dev.tern.core.outcome;

import org.jspecify.annotations.NullMarked;
