package dev.tern.core.client;

import dev.tern.core.RpcException;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.session.ClientSession;

/**
 * Which calls are made again without anybody's asking: those whose connection ended while their
 * frame still waited in this process. Nothing was sent, so it is the same attempt.
 */
final class NeverLeftPolicy {
  /**
   * How often a call is handed to a connection. One that ends under it is bad luck; three in a row
   * are a server that does not want it.
   */
  static final int MAX_TRIES = 3;

  private NeverLeftPolicy() {}

  /**
   * Whether to try again.
   *
   * @param tries how often it was tried; at least 1
   */
  static boolean triesAgain(RpcException failure, int tries) {
    return tries < MAX_TRIES
        && failure.isTransient() // it is not once the client is closed
        && !failure.isRemote()
        && failure.executed() == Executed.NO
        && failure.code().equals(ErrorCode.UNAVAILABLE.name())
        && ClientSession.IN_QUEUE.equals(failure.details().get("stage"));
  }
}
