/** Tests of the command line: what a user types, and what comes back. */
@NullMarked
package dev.tern.cli;

import org.jspecify.annotations.NullMarked;
