/** What differs between two builds of Tern, and how sure that is: figures and words, no clocks. */
@NullMarked
package dev.tern.bench.pairs;

import org.jspecify.annotations.NullMarked;
