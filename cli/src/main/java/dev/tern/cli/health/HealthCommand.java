package dev.tern.cli.health;

import dev.tern.cli.options.Arguments;
import dev.tern.cli.terminal.ExitCode;
import dev.tern.cli.terminal.Printable;
import dev.tern.cli.terminal.Terminal;
import dev.tern.cli.terminal.Version;
import dev.tern.cli.visit.ServerOptions;
import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.TypeRef;
import dev.tern.core.client.CallOptions;
import dev.tern.core.client.Client;
import dev.tern.core.transport.HostPort;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Asks a server whether calls are welcome. */
@Command(
    name = "health",
    description = "Tells whether a server, or one of its services, serves.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "Prints serving, draining, not_ready, or unknown for a service that is not there.",
      "A service is what stands before the last dot of its methods."
    })
@SuppressWarnings("FieldCanBeFinal") // picocli sets the options
public final class HealthCommand implements Callable<Integer> {
  private static final Method<Map<String, String>, Map<String, String>> HEALTH =
      Method.of(
              "rpc.health",
              new TypeRef<Map<String, String>>() {},
              new TypeRef<Map<String, String>>() {})
          .effect(Effect.READ);

  private final Terminal terminal;

  @Mixin private final ServerOptions serverOptions = new ServerOptions();

  @Parameters(
      index = "0",
      paramLabel = "HOST:PORT",
      converter = Arguments.OfAddress.class,
      description = "where the server listens; an IPv6 address in brackets")
  private @Nullable HostPort address;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "SERVICE",
      description = "a service (default: the whole server)")
  private @Nullable String service;

  public HealthCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    return serverOptions.visit(terminal, Objects.requireNonNull(address), this::tell, _ -> {});
  }

  private int tell(Client client, CallOptions options) {
    Map<String, String> asked = service == null ? Map.of() : Map.of("service", service);
    String status = String.valueOf(client.call(HEALTH, asked, options).get("status"));
    terminal.out().println(Printable.text(status));
    return status.equals("serving") ? ExitCode.OK : ExitCode.NOT_SERVING;
  }
}
