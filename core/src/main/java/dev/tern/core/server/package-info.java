/** The serving end. */
@NullMarked
package dev.tern.core.server;

import org.jspecify.annotations.NullMarked;
