/** How threads that must not block write to the log. */
@NullMarked
package dev.tern.core.log;

import org.jspecify.annotations.NullMarked;
