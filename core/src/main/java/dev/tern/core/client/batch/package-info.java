/** Calls of one client that leave in one frame. */
@NullMarked
package dev.tern.core.client.batch;

import org.jspecify.annotations.NullMarked;
