/** Armeria: JSON over HTTP/2. */
@NullMarked
package dev.tern.bench.armeria;

import org.jspecify.annotations.NullMarked;
