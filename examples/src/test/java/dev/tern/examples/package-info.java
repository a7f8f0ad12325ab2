/** Runs the examples as a reader would. */
@NullMarked
package dev.tern.examples;

import org.jspecify.annotations.NullMarked;
