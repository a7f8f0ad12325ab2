package dev.tern.core.server;

import dev.tern.core.RpcException;
import dev.tern.protocol.ErrorCode;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Tells what code throws because it was interrupted or cancelled from what it throws by itself. */
final class Interruption {
  /** A chain of causes that is longer than this leads nowhere, or in a circle. */
  private static final int MAX_CAUSES = 16;

  private Interruption() {}

  /** Whether one of the causes of what was thrown, or it itself, is an interruption. */
  static boolean isCauseOf(Throwable thrown) {
    @Nullable Throwable cause = thrown;
    for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
      if (isOne(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  private static boolean isOne(Throwable thrown) {
    return thrown instanceof InterruptedException
        || thrown instanceof CancellationException
        || thrown instanceof ClosedByInterruptException
        || thrown instanceof FileLockInterruptionException
        || (thrown instanceof InterruptedIOException && !(thrown instanceof SocketTimeoutException))
        || (thrown instanceof RpcException e && isOfAnEndedCall(e.code()));
  }

  /** A call that the handler made itself ends with the one that it was made for. */
  private static boolean isOfAnEndedCall(String code) {
    return code.equals(ErrorCode.CANCELLED.name()) || code.equals(ErrorCode.TIMEOUT.name());
  }
}
