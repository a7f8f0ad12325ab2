/** A client's call over all of its attempts. */
@NullMarked
package dev.tern.core.client.retry;

import org.jspecify.annotations.NullMarked;
