package dev.tern.cli.certs;

import dev.tern.cli.options.Arguments;
import dev.tern.cli.terminal.ExitCode;
import dev.tern.cli.terminal.Printable;
import dev.tern.cli.terminal.Terminal;
import dev.tern.cli.terminal.Version;
import dev.tern.cli.terminal.WrongUsage;
import dev.tern.testkit.DevelopmentCa;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes an authority and certificates to develop with. */
@Command(
    name = "certs",
    description = "Makes an authority, and a server's and a client's certificate, to develop with.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "The JDK's keytool makes them; keys are EC (P-256), files are PEM, and only you can read",
      "them. The authority's own key is thrown away: nobody can sign with it any more. Nothing",
      "is overwritten.",
      "",
      "Examples:",
      "  tern certs certs",
      "  tern serve --tls-cert certs/server.pem --tls-key certs/server-key.pem",
      "  tern call --ca certs/ca.pem localhost:7070 add a=1 b=2"
    })
@SuppressWarnings("FieldCanBeFinal") // picocli sets the options
public final class CertsCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(index = "0", paramLabel = "DIR", description = "a folder, made if it is not there")
  private Path directory = Path.of("");

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description =
          "whom the server's certificate is for, a name or an address; may be repeated (default:"
              + " localhost, 127.0.0.1 and ::1)")
  private List<String> hosts = List.of("localhost", "127.0.0.1", "::1");

  @Option(
      names = "--client",
      paramLabel = "NAME",
      description =
          "a DNS name: the server knows the client as tls:NAME (default: ${DEFAULT-VALUE})")
  private String client = "client";

  @Option(
      names = "--days",
      paramLabel = "N",
      converter = Arguments.OfDays.class,
      description = "how long they are valid (default: ${DEFAULT-VALUE})")
  private int days = 365;

  public CertsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    hosts.forEach(host -> check("--host", host));
    check("--client", client);
    for (String file :
        List.of("ca.pem", "server.pem", "server-key.pem", "client.pem", "client-key.pem")) {
      if (Files.exists(directory.resolve(file))) {
        throw new WrongUsage(
            directory.resolve(file) + " is there already (expected: a folder without it)");
      }
    }
    String[] names = hosts.stream().map(CertsCommand::alternativeName).toArray(String[]::new);
    try (DevelopmentCa ca = DevelopmentCa.create(directory, "Tern development", days)) {
      ca.issue("server", days, names);
      ca.issue("client", days, "dns:" + client);
    } catch (FileSystemException e) {
      String reason = e.getReason() == null ? "cannot be written" : e.getReason();
      throw new WrongUsage(
          Printable.text(e.getFile() + ": " + reason)
              + " (expected: a folder to write to); what is there is not whole");
    } catch (IOException | IllegalArgumentException e) {
      throw new WrongUsage(
          directory
              + ": "
              + Printable.text(String.valueOf(e.getMessage()))
              + " (nothing is whole)");
    }
    tell();
    return ExitCode.OK;
  }

  private static void check(String option, String name) {
    if (!name.matches("\\[?[\\w.*:-]{1,250}]?")) {
      throw new WrongUsage(
          option + ": \"" + name + "\" (expected: a name or an address, without spaces)");
    }
  }

  private static String alternativeName(String host) {
    String bare =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    boolean isAddress = bare.contains(":") || bare.matches("[0-9]+(?:\\.[0-9]+){3}");
    return (isAddress ? "ip:" : "dns:") + bare;
  }

  private void tell() {
    Path ca = directory.resolve("ca.pem");
    String serve =
        "  tern serve --tls-cert %s --tls-key %s"
            .formatted(directory.resolve("server.pem"), directory.resolve("server-key.pem"));
    String call = "  tern call --ca %s".formatted(ca);
    terminal.out().println("a server with TLS, and a call of it:");
    terminal.out().println(serve);
    terminal.out().println(call + " " + hosts.getFirst() + ":7070 add a=1 b=2");
    terminal
        .out()
        .println("a server that wants to know who calls, and a call of tls:" + client + ":");
    terminal.out().println(serve + " --tls-client-ca " + ca);
    terminal
        .out()
        .println(
            "%s --cert %s --key-file %s %s:7070 add a=1 b=2"
                .formatted(
                    call,
                    directory.resolve("client.pem"),
                    directory.resolve("client-key.pem"),
                    hosts.getFirst()));
  }
}
