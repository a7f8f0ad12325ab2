/** Measurements. */
@NullMarked
package dev.tern.bench;

import org.jspecify.annotations.NullMarked;
