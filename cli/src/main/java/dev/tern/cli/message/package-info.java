/** Messages as bytes: what they say, told as JSON, and back. */
@NullMarked
package dev.tern.cli.message;

import org.jspecify.annotations.NullMarked;
