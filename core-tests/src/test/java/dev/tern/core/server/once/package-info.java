/** Core's server over the in-memory transport. */
@NullMarked
package dev.tern.core.server.once;

import org.jspecify.annotations.NullMarked;
