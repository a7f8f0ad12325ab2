package dev.tern.core.server;

import dev.tern.core.Handler;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.RpcException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Asks a handler on a thread of its own. */
final class Elsewhere {
  private Elsewhere() {}

  /** Does not wait for the answer. */
  static CompletableFuture<Response> start(Request request, Handler next) {
    CompletableFuture<Response> answer = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          try {
            answer.complete(next.handle(request));
          } catch (Throwable e) { // whoever waits must not hang
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  /** Waits for the answer. */
  static Response handle(Request request, Handler next) {
    try {
      return start(request, next).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RpcException rpc ? rpc : e;
    }
  }
}
