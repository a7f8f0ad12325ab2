/** What does not fit, at either end: where it stands, and what is told of it. */
@NullMarked
package dev.tern.core.binding.error;

import org.jspecify.annotations.NullMarked;
