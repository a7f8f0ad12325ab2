package dev.tern.core.client;

import dev.tern.core.access.CallContext;
import dev.tern.core.runtime.Timers;
import dev.tern.protocol.Dialect;
import org.jspecify.annotations.Nullable;

/**
 * What a client knows of a call. One is shared by all calls of a client that has no filters.
 *
 * @param progress how far this one call has come; null where no filter could hide it
 */
record OutgoingContext(
    Dialect dialect, Timers timers, boolean isNotification, @Nullable Progress progress)
    implements CallContext {}
