/**
 * Targets of the fuzzer: each takes any bytes and throws if what they are given to does what it
 * must not. {@code .build/fuzz} runs them.
 */
@NullMarked
package dev.tern.fuzz;

import org.jspecify.annotations.NullMarked;
