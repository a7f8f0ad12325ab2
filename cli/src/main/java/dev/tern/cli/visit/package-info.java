/**
 * How commands speak to a server: its options, what is seen on the wire, and what is told of a
 * failure.
 */
@NullMarked
package dev.tern.cli.visit;

import org.jspecify.annotations.NullMarked;
