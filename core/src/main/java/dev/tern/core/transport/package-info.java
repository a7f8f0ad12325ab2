/** The seam below the sessions: who carries bytes, and in which context they are handed over. */
@NullMarked
package dev.tern.core.transport;

import org.jspecify.annotations.NullMarked;
