/** Files that are read again while a server runs. */
@NullMarked
package dev.tern.core.reload;

import org.jspecify.annotations.NullMarked;
