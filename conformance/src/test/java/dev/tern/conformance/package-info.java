/** Vectors, the matrix of dialects and transports, and the rules of the architecture. */
@NullMarked
package dev.tern.conformance;

import org.jspecify.annotations.NullMarked;
