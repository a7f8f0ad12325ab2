package dev.tern.core.observe;

import dev.tern.core.log.LogLimit;
import dev.tern.core.log.LogQueue;
import dev.tern.core.runtime.Timers;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.session.ServerEvent;
import java.net.SocketAddress;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for what came and was no call: at WARN, as many as {@link LogLimit} allows. It shows how
 * long it was and how it began, in hex: never a peer's text as it came. Thread-safe.
 */
public final class RejectionLog {
  private static final Logger LOG = LoggerFactory.getLogger("dev.tern.rejected");

  private final LogLimit limit;

  public RejectionLog(Timers timers) {
    this.limit = new LogLimit(timers, count -> LOG.warn("rejections_not_logged={}", count));
  }

  /** In a serial context. */
  public void rejected(SocketAddress peer, ServerEvent.Rejected what) {
    if (!LOG.isWarnEnabled() || !limit.admit()) {
      return;
    }
    Dialect dialect = what.dialect();
    LogQueue.SHARED.add(
        () ->
            LOG.warn(
                "peer={} rejected={} code={} dialect={} bytes={} begins={}",
                peer,
                what.oddity(),
                what.code() == null ? "-" : what.code(),
                dialect == null ? "-" : dialect.label(),
                what.length(),
                HexFormat.of().formatHex(what.beginning())));
  }
}
