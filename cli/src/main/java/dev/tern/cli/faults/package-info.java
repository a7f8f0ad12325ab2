/** {@code tern faults}. */
@NullMarked
package dev.tern.cli.faults;

import org.jspecify.annotations.NullMarked;
