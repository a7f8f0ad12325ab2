/** The compressions of this process. */
@NullMarked
package dev.tern.core.compress;

import org.jspecify.annotations.NullMarked;
