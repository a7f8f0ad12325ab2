/** {@code tern outcome}. */
@NullMarked
package dev.tern.cli.outcome;

import org.jspecify.annotations.NullMarked;
