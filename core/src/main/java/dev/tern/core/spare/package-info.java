/** What would be garbage after each call, kept for the next one. */
@NullMarked
package dev.tern.core.spare;

import org.jspecify.annotations.NullMarked;
