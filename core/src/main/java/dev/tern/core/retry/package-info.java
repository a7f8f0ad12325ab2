/** When a client makes a call again. */
@NullMarked
package dev.tern.core.retry;

import org.jspecify.annotations.NullMarked;
