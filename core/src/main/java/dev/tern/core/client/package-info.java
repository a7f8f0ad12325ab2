/** The calling end. */
@NullMarked
package dev.tern.core.client;

import org.jspecify.annotations.NullMarked;
