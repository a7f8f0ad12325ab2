/** {@code tern describe}. */
@NullMarked
package dev.tern.cli.describe;

import org.jspecify.annotations.NullMarked;
