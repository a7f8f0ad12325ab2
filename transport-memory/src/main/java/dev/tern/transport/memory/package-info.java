/** Two ends in one process. */
@NullMarked
package dev.tern.transport.memory;

import org.jspecify.annotations.NullMarked;
