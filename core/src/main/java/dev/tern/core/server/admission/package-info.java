/** Which calls may begin, and what all connections may hold together. */
@NullMarked
package dev.tern.core.server.admission;

import org.jspecify.annotations.NullMarked;
