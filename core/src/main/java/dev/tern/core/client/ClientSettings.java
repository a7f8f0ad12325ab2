package dev.tern.core.client;

import dev.tern.core.client.auth.TokenGuard;
import dev.tern.core.observe.Counters;
import dev.tern.core.runtime.Environment;
import dev.tern.core.runtime.Timers;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Limits;
import dev.tern.protocol.compress.Compressions;
import dev.tern.protocol.peer.Heartbeat;
import dev.tern.protocol.value.Encoding;
import org.jspecify.annotations.Nullable;

/**
 * What all connections of a client share.
 *
 * @param encoding in which calls are encoded where the server speaks it
 * @param compressions null where nothing is compressed
 * @param notice says that it does not
 * @param names what the names of methods look like in a frame
 * @param tokens looks whether bearer tokens may leave
 * @param heartbeat how a server is found out that is gone
 * @param idleNanos how long a connection without a call is kept; 0 for ever
 * @param maxAgeNanos how old a connection becomes; 0 for ever
 */
record ClientSettings(
    Dialect dialect,
    Encoding encoding,
    @Nullable Compressions compressions,
    EncodingNotice notice,
    Limits limits,
    Environment environment,
    Counters counters,
    EncodedNames names,
    TokenGuard tokens,
    Heartbeat heartbeat,
    long idleNanos,
    long maxAgeNanos) {
  /** The clock of the environment. */
  Timers timers() {
    return environment.timers();
  }
}
