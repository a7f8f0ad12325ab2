/** How the pages of the benchmarks and of the laboratory are drawn. */
@NullMarked
package dev.tern.bench.draw;

import org.jspecify.annotations.NullMarked;
