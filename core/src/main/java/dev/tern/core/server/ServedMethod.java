package dev.tern.core.server;

import dev.tern.core.Handler;
import dev.tern.core.Lane;
import dev.tern.core.Method;

/**
 * A method as a server offers it.
 *
 * @param chain the filters with the user's code inside
 */
record ServedMethod(Method<?, ?> method, Lane lane, Handler chain) {}
