/** Races of a call's states. */
@NullMarked
package dev.tern.protocol.session;

import org.jspecify.annotations.NullMarked;
