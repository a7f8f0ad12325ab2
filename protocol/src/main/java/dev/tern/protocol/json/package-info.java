/**
 * Strict JSON (RFC 8259) over byte arrays: the cursor that reads it and the writer that makes it.
 */
@NullMarked
package dev.tern.protocol.json;

import org.jspecify.annotations.NullMarked;
