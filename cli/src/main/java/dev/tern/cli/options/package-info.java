/** Reads the values of options. */
@NullMarked
package dev.tern.cli.options;

import org.jspecify.annotations.NullMarked;
