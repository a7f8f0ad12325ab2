package dev.tern.core.access;

import dev.tern.core.Caller;
import dev.tern.core.runtime.Timers;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Id;
import dev.tern.protocol.Metadata;
import dev.tern.protocol.json.JsonEncoding;
import dev.tern.protocol.value.Encoding;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** What an end knows of a call that does not change on its way through the filters. */
public interface CallContext {
  /** In which dialect it came, or will leave. */
  Dialect dialect();

  /** In which encoding its params are. */
  default Encoding encoding() {
    return JsonEncoding.JSON;
  }

  /** The id on the connection; null for a notification, and at the client. */
  default @Nullable Id id() {
    return null;
  }

  /** Whether nobody is told what becomes of it. */
  boolean isNotification();

  /** The peer's address; null at the client. */
  default @Nullable SocketAddress peer() {
    return null;
  }

  /** The clock of the call's deadline. */
  Timers timers();

  /** A filter has found out who calls. */
  default void calledBy(Caller caller) {}

  /** See {@link dev.tern.core.Request#replyWith}. */
  default void replyWith(Metadata metadata) {}

  /** See {@link dev.tern.core.Request#mayHaveRun}. */
  default void mayHaveRun() {}
}
