/**
 * Strict JSON (RFC 8259) over byte arrays: the validator of a stranger's text, the reader of what
 * was validated, and the writer.
 */
@NullMarked
package dev.tern.protocol.json;

import org.jspecify.annotations.NullMarked;
