package dev.tern.core.server;

import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Request;
import dev.tern.core.Response;

/**
 * Makes the reply's frame of what the filters and the handler have come to. Inside the counters and
 * the log: a result that is too large to be sent is an error to them, as it is to the peer.
 */
final class ReplyFilter implements Filter {

  @Override
  public Response filter(Request request, Handler next) {
    Response response = next.handle(request);
    CallTask task = CallTask.of(request);
    if (task != null) {
      task.reply(response);
    }
    return response;
  }

  @Override
  public boolean mayBlock() {
    return false;
  }

  @Override
  public String toString() {
    return "reply";
  }
}
