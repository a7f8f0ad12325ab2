package dev.tern.cli.describe;

import dev.tern.cli.offer.Offer;
import dev.tern.cli.options.Arguments;
import dev.tern.cli.terminal.ExitCode;
import dev.tern.cli.terminal.Printable;
import dev.tern.cli.terminal.Similar;
import dev.tern.cli.terminal.Terminal;
import dev.tern.cli.terminal.Version;
import dev.tern.cli.visit.ServerOptions;
import dev.tern.core.RpcException;
import dev.tern.core.transport.HostPort;
import dev.tern.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Tells in words what a server offers. */
@Command(
    name = "describe",
    description = "Describes what a server offers: all of it, or one method or type.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "Examples:",
      "  tern describe 127.0.0.1:7070",
      "  tern describe 127.0.0.1:7070 inc",
      "  tern describe 127.0.0.1:7070 Counter"
    })
public final class DescribeCommand implements Callable<Integer> {
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
      paramLabel = "METHOD|TYPE",
      description = "the method or the type; none: all of them")
  private @Nullable String name;

  public DescribeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    return serverOptions.visit(
        terminal,
        Objects.requireNonNull(address),
        (client, options) ->
            tell(Offer.of(client.callEncoded(Offer.DISCOVER, null, options).encoded())),
        this::explain);
  }

  private int tell(Offer offer) {
    List<String> server = new ArrayList<>(serverOptions.ofCaller());
    server.add(String.valueOf(address));
    List<String> lines = new Description(offer, server).of(name);
    if (lines.isEmpty()) {
      String meant = Similar.question(String.valueOf(name), offer.names());
      terminal
          .err()
          .println(
              Printable.text(
                  "tern describe: \"%s\" is no method and no type of this server%s"
                      .formatted(
                          name,
                          meant.isEmpty() ? "; tern describe " + address + " has all" : meant)));
      return ExitCode.of(ErrorCode.METHOD_NOT_FOUND);
    }
    lines.forEach(terminal.out()::println);
    return ExitCode.OK;
  }

  private void explain(RpcException e) {
    if (e.code().equals(ErrorCode.METHOD_NOT_FOUND.name())) {
      terminal.err().println("the server does not say what it offers");
    }
  }
}
