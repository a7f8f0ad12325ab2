package dev.tern.transport.netty;

import dev.tern.core.log.LogQueue;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.ConnectionHandler;
import dev.tern.core.transport.Transport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every call that leaves the transport for the handler of one connection. Handlers never throw; a
 * defect of one that does costs its connection, not the others of the event loop. On the event loop
 * only.
 */
final class HandlerCalls {

  private static final Logger log = LoggerFactory.getLogger(HandlerCalls.class);

  private final Connection connection;
  private Transport.@Nullable Acceptor acceptor;
  private @Nullable ConnectionHandler handler;

  HandlerCalls(Connection connection, Transport.Acceptor acceptor) {
    this.connection = connection;
    this.acceptor = acceptor;
  }

  /** Has the acceptor make the handler. Until then the other calls do nothing. */
  void accept() {
    Transport.Acceptor once = acceptor;
    if (once != null) {
      acceptor = null;
      run("making the handler", () -> handler = once.accept(connection));
    }
  }

  void bytes(byte[] chunk, int length) {
    tell("onBytes", told -> told.onBytes(chunk, 0, length));
  }

  void readComplete() {
    tell("onReadComplete", ConnectionHandler::onReadComplete);
  }

  void endOfInput() {
    tell("onEndOfInput", ConnectionHandler::onEndOfInput);
  }

  void sendProgress() {
    tell("onSendProgress", ConnectionHandler::onSendProgress);
  }

  /** Tells the handler of the end. From then on the other calls do nothing. */
  void closed(@Nullable Throwable cause) {
    tell("onClosed", told -> told.onClosed(cause));
    handler = null;
  }

  private void tell(String event, Consumer<ConnectionHandler> call) {
    ConnectionHandler told = handler;
    if (told != null) {
      run(event, () -> call.accept(told));
    }
  }

  /** Runs code from above the transport. */
  void run(String what, Runnable code) {
    try {
      code.run();
    } catch (Throwable t) {
      failed(what, t);
    }
  }

  /** Logs, and aborts the connection. */
  void failed(String what, Throwable t) {
    try {
      String name = connection.toString();
      LogQueue.SHARED.add(
          t, why -> log.error("{} failed on the connection {}, which is aborted", what, name, why));
      connection.abort();
    } finally {
      // An error such as OutOfMemoryError concerns the process, not this connection alone.
      if (t instanceof VirtualMachineError && !(t instanceof StackOverflowError)) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, t);
      }
    }
  }
}
