/** Time, threads and chance: what a test or a simulation may want to replace. */
@NullMarked
package dev.tern.core.runtime;

import org.jspecify.annotations.NullMarked;
