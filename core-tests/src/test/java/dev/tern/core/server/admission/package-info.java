/** Core's server over the in-memory transport. */
@NullMarked
package dev.tern.core.server.admission;

import org.jspecify.annotations.NullMarked;
