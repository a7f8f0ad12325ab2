/** Small programs to copy from. */
@NullMarked
package dev.tern.examples;

import org.jspecify.annotations.NullMarked;
