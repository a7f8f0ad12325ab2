/** {@code tern health}. */
@NullMarked
package dev.tern.cli.health;

import org.jspecify.annotations.NullMarked;
