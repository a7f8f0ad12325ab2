package dev.tern.bench.http;

import dev.tern.bench.contender.Order;
import dev.tern.bench.http.HttpContender.Numbers;
import dev.tern.bench.http.HttpContender.Sum;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import tools.jackson.databind.json.JsonMapper;

/** The server's methods; each request on a virtual thread. */
final class JsonHandler extends Handler.Abstract {
  private final JsonMapper mapper;

  JsonHandler(JsonMapper mapper) {
    this.mapper = mapper;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws IOException {
    Object reply;
    try (InputStream body = Content.Source.asInputStream(request)) {
      switch (Request.getPathInContext(request)) {
        case "/add" -> {
          Numbers numbers = mapper.readValue(body, Numbers.class);
          reply = new Sum(numbers.a() + numbers.b());
        }
        case "/echoOrder" -> reply = mapper.readValue(body, Order.class);
        default -> {
          return false;
        }
      }
    }
    byte[] bytes = mapper.writeValueAsBytes(reply);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
    response.write(true, ByteBuffer.wrap(bytes), callback);
    return true;
  }
}
