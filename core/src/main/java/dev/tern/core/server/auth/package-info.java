/** Refuses calls of those that a server does not know, or does not allow them to. */
@NullMarked
package dev.tern.core.server.auth;

import org.jspecify.annotations.NullMarked;
