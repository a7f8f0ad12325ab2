package dev.tern.cli;

import dev.tern.cli.serve.DemoService;
import dev.tern.cli.terminal.ExitCode;
import dev.tern.cli.terminal.Terminal;
import dev.tern.core.Lane;
import dev.tern.core.server.Server;
import dev.tern.transport.threads.ThreadsTransport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A program that does what {@code tern call} will do, against a server in the same process: the
 * script has the JVM note which classes that takes, so that later calls start with all of them in
 * place. It prints nothing but the log; its exit code is 0 if the calls went as they should.
 */
public final class Rehearsal {
  private Rehearsal() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) throws IOException {
    System.exit(run());
  }

  static int run() throws IOException {
    try (ThreadsTransport transport = new ThreadsTransport();
        Server server = DemoService.offer(Server.builder(transport), Lane.VIRTUAL).listen(0)) {
      String address = "127.0.0.1:" + server.port();
      int result = tern("call", address, "add", "a=1", "b=2");
      int list = tern("call", "-v", address);
      int options = tern("call", "--timeout", "5s", address, "add", "a=1", "b=2");
      int failure = tern("call", address, "divide", "[1, 0]");
      boolean well =
          result == ExitCode.OK
              && list == ExitCode.OK
              && options == ExitCode.OK
              && failure == ExitCode.APPLICATION;
      return well ? ExitCode.OK : ExitCode.BUG;
    }
  }

  private static int tern(String... arguments) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    return Main.run(
        new Terminal(new ByteArrayInputStream(new byte[0]), nowhere, nowhere, false, Map.of()),
        arguments);
  }
}
