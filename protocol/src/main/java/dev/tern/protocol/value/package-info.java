/**
 * The seam between Java values and encodings: one value after another, read by a {@link
 * dev.tern.protocol.value.ValueReader} and written by a {@link
 * dev.tern.protocol.value.ValueWriter}, whatever the bytes look like; and names, which are UTF-8 in
 * all of them.
 */
@NullMarked
package dev.tern.protocol.value;

import org.jspecify.annotations.NullMarked;
