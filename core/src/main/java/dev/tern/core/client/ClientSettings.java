package dev.tern.core.client;

import dev.tern.core.observe.Counters;
import dev.tern.core.runtime.Environment;
import dev.tern.core.runtime.Timers;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Limits;

/**
 * What all connections of a client share.
 *
 * @param names what the names of methods look like in a frame
 */
record ClientSettings(
    Dialect dialect,
    Limits limits,
    Environment environment,
    Counters counters,
    EncodedNames names) {
  /** The clock of the environment. */
  Timers timers() {
    return environment.timers();
  }
}
