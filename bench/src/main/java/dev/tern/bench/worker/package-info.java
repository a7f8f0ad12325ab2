/** One side of a contender, in a JVM of its own. */
@NullMarked
package dev.tern.bench.worker;

import org.jspecify.annotations.NullMarked;
