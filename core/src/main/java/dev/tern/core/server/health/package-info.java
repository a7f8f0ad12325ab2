/** How a server is, for whoever decides where calls go. */
@NullMarked
package dev.tern.core.server.health;

import org.jspecify.annotations.NullMarked;
