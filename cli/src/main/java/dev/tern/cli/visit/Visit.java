package dev.tern.cli.visit;

import dev.tern.cli.terminal.ExitCode;
import dev.tern.cli.terminal.Terminal;
import dev.tern.core.RpcException;
import dev.tern.core.client.Client;
import dev.tern.core.client.ClientBuilder;
import dev.tern.core.transport.HostPort;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * What a command does at a server: it tells why something fails, and always ends soon.
 *
 * @param asksOnly whether it only asks how something is
 */
public record Visit(Terminal terminal, HostPort server, CallTrace trace, boolean asksOnly) {

  /**
   * Does something with a client, and closes it.
   *
   * @param work gives the exit code, or throws an {@link RpcException}, which is told
   * @param explain says more about an exception that was told
   */
  public int run(
      ClientBuilder builder, ToIntFunction<Client> work, Consumer<RpcException> explain) {
    Client client = builder.connect(server.host(), server.port());
    boolean done = false;
    try (CancelAtStop _ = new CancelAtStop(client)) {
      int code = work.applyAsInt(client);
      done = true;
      return code;
    } catch (RpcException e) {
      trace.finish();
      CallFailure.print(e, asksOnly, terminal.err());
      tellWhatItIs(e);
      explain.accept(e);
      return ExitCode.of(e);
    } finally {
      if (done) {
        client.close(); // a notification that was accepted leaves
      } else {
        CancelAtStop.closeSoon(client);
      }
    }
  }

  /** Whoever listens there may be no server of Tern's. */
  private void tellWhatItIs(RpcException e) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("this port speaks TLS")) {
      terminal.err().println("--tls speaks it; --ca FILE names an authority of your own");
    } else if (message.contains("of an unknown authority")) {
      terminal.err().println("--ca FILE names an authority to trust");
    } else if (message.contains("wants a certificate of this client")) {
      terminal.err().println("--cert FILE and --key-file FILE show one");
    }
    if (e.isRemote() && message.startsWith("meta.auth is missing")) {
      terminal.err().println("--auth-file FILE holds the token to send, or TERN_AUTH is it");
    }
    if (e.isRemote() || !trace.isConnected()) {
      return;
    }
    if (e.code().equals(ErrorCode.UNAUTHORIZED.name())) {
      terminal
          .err()
          .println("--tls hides it on the way; --allow-plain-token sends it all the same");
      return;
    }
    byte[] first = trace.first();
    String foreign = ForeignProtocol.of(first);
    boolean isUnavailable = e.code().equals(ErrorCode.UNAVAILABLE.name());
    boolean left = isUnavailable && e.executed() != Executed.NO;
    boolean isTooLate = e.code().equals(ErrorCode.TIMEOUT.name());
    boolean isUnsent = (isUnavailable || isTooLate) && e.executed() == Executed.NO;
    if (foreign != null) {
      terminal.err().println(server + " " + foreign);
    } else if (first.length == 0 && left) {
      terminal.err().println(server + " ended the connection without a byte: is it a Tern server?");
    } else if (first.length == 0 && isUnsent) {
      terminal.err().println(server + " has not said a byte: is this a Tern server?");
    }
  }
}
