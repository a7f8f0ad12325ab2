/** Races of what links calls with each other. */
@NullMarked
package dev.tern.core.link;

import org.jspecify.annotations.NullMarked;
