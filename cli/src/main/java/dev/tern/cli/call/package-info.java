/** {@code tern call}. */
@NullMarked
package dev.tern.cli.call;

import org.jspecify.annotations.NullMarked;
