package dev.tern.core.server;

import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import java.util.List;
import java.util.Map;

/**
 * Stands around a method whose params or result are a message that only one encoding has a place
 * for: calls in any other are refused.
 */
final class EncodingFilter implements Filter {
  private final String only;

  /**
   * @param only the label of the encoding
   */
  EncodingFilter(String only) {
    this.only = only;
  }

  @Override
  public Response filter(Request request, Handler next) {
    if (request.encoding().equals(only)) {
      return next.handle(request);
    }
    throw ErrorMapping.framework(
        ErrorCode.UNSUPPORTED,
        "encoding: %s (expected: %s, as this method's params or its result are a message of it)"
            .formatted(request.encoding(), only),
        Executed.NO,
        Map.of("encodings", List.of(only)));
  }

  @Override
  public boolean mayBlock() {
    return false;
  }

  @Override
  public String toString() {
    return "encoding";
  }
}
