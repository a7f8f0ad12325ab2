/**
 * Messages of protobuf-java, as the whole of params or of a result: what reads and writes them, and
 * what of them counts where two are compared. Users see nothing of it but that they are bound.
 */
@NullMarked
package dev.tern.binding.protobuf;

import org.jspecify.annotations.NullMarked;
