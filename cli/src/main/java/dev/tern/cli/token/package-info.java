/** The command {@code token}. */
@NullMarked
package dev.tern.cli.token;

import org.jspecify.annotations.NullMarked;
