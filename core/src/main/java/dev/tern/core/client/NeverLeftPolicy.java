package dev.tern.core.client;

import dev.tern.core.RpcException;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.session.ClientSession;
import java.util.Set;

/**
 * Which calls are made again without anybody's asking: those whose connection ended while their
 * frame still waited in this process, and those that a server which goes away has turned away.
 * Nothing has begun, so it is the same attempt.
 */
final class NeverLeftPolicy {
  /**
   * How often a call is handed to a connection. One that ends under it is bad luck; three in a row
   * are a server that does not want it.
   */
  static final int MAX_TRIES = 3;

  private static final Set<String> STAGES =
      Set.of(ClientSession.IN_QUEUE, ClientSession.AT_A_SERVER_GOING_AWAY);

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
        && STAGES.contains(String.valueOf(failure.details().get("stage")));
  }
}
