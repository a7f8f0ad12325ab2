/** How many calls may run at once, and how many may wait for that. */
@NullMarked
package dev.tern.core.limit;

import org.jspecify.annotations.NullMarked;
