package dev.tern.bench;

import ch.qos.logback.classic.Logger;
import dev.tern.core.Method;
import dev.tern.core.auth.TokenFile;
import dev.tern.core.limit.ConcurrencyLimit;
import dev.tern.core.server.Server;
import dev.tern.core.server.ServerBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** A server that refuses each call of {@code add}, for one reason; on the thread that made it. */
final class RefusingServer {
  private record Add(int a, int b) {}

  /** What occupies the one place that there is. */
  private static final String BLOCKER =
      "{\"id\":1,\"method\":\"add\",\"params\":{\"a\":1,\"b\":2},\"meta\":{}}";

  private final NoTransport transport = new NoTransport();
  private final CountDownLatch end = new CountDownLatch(1);
  private final Server server;
  private @Nullable TokenFile tokens;

  RefusingServer(Refusal why) throws IOException {
    // Each refusal is a line, some of which are written; where to is not measured.
    ((Logger) LoggerFactory.getLogger("dev.tern.calls")).setAdditive(false);
    Method<Add, Integer> add = Method.of("add", Add.class, Integer.class);
    ServerBuilder builder = Server.builder(transport).serve(add, this::waitAndAdd);
    switch (why) {
      case BUSY -> builder.limit(add, ConcurrencyLimit.fixed(1).queue(0).fairShare(1));
      case GATE -> builder.maxInFlight(1);
      case STRANGER, FORGED -> builder.authenticate(openTokens());
    }
    server = builder.listen(0);
    byte[] blocker = ServerBenchmark.frame(BLOCKER);
    ServerBenchmark.read(transport, blocker); // a stranger's is refused as well
  }

  private int waitAndAdd(Add add) throws InterruptedException {
    end.await();
    return add.a() + add.b();
  }

  private TokenFile openTokens() throws IOException {
    TokenFile opened = tokenFile("a token of ann's");
    tokens = opened;
    return opened;
  }

  /** Knows one token. */
  static TokenFile tokenFile(String token) throws IOException {
    Path file = Files.createTempFile("bench", ".tokens");
    file.toFile().deleteOnExit();
    Files.writeString(file, TokenFile.lineOf("ann", token, List.of()));
    return TokenFile.open(file);
  }

  NoTransport transport() {
    return transport;
  }

  void close() {
    end.countDown();
    transport.handler().onClosed(null);
    server.close();
    if (tokens != null) {
      tokens.close();
    }
  }
}
