package dev.tern.bench.soak;

import dev.tern.bench.own.Certificates;
import dev.tern.core.auth.Identity;
import dev.tern.core.auth.TokenVerifier;
import dev.tern.core.outcome.OutcomeStore;
import dev.tern.core.runtime.Environment;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A server under TLS that asks for tokens, and is drained and started again now and then. */
final class GuardedServer implements AutoCloseable {
  /** The token that it knows. */
  static final String TOKEN = "soak";

  private static final String FOLDER = "soak";
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final TokenVerifier VERIFIER =
      new TokenVerifier() {
        @Override
        public @Nullable Identity verify(String token) {
          return token.equals(TOKEN) ? Identity.of("visitor") : null;
        }

        @Override
        public boolean mayBlock() {
          return false;
        }
      };

  private final Certificates certificates;
  private final Transport transport;
  private final Environment environment;
  private final OutcomeStore store;
  private Server server;

  /** Starts it, with a certificate of its own. */
  GuardedServer(Transport below, Environment environment, OutcomeStore store) throws IOException {
    this.environment = environment;
    this.store = store;
    this.certificates = Certificates.make(FOLDER, null);
    this.transport = certificates.server().over(below);
    this.server = listen(0);
  }

  private Server listen(int port) throws IOException {
    return Visitor.serve(Server.builder(transport), environment, store)
        .authenticate(VERIFIER)
        .listen(port);
  }

  int port() {
    return server.port();
  }

  /** A transport for those who call it. */
  static Transport callers(Transport below) throws IOException {
    return Certificates.client(FOLDER, null).over(below);
  }

  /** Lets what runs end, and listens again where it did. */
  void restart() throws IOException {
    int port = server.port();
    server.drain(GRACE);
    server.close();
    server = listen(port);
  }

  @Override
  public void close() {
    server.close();
    certificates.close();
  }
}
