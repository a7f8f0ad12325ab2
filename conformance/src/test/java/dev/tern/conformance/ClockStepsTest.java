package dev.tern.conformance;

import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Somebody sets the clock of a machine while calls run: nobody notices. */
@Tag("slow")
@Timeout(120)
@EnabledOnOs(value = OS.LINUX, disabledReason = "the time of day is set by a library of Linux's")
final class ClockStepsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(
      value = TestTransport.class,
      names = {"THREADS", "NETTY"})
  void row68_anHourOnOrBackAtEitherEndInTheMiddleOfCalls(TestTransport kind) throws Exception {
    SteppedClock own = SteppedClock.orSkip(folder, "client");
    SteppedClock servers = SteppedClock.orSkip(folder, "server");
    String label = kind.name().toLowerCase(Locale.ROOT);
    try (ServeProcess server =
        ServeProcess.start(
            servers.command(ServeProcess.tern("serve", "--port", "0", "--transport", label)))) {
      servers.assertIn(server.process());
      var _ =
          JavaProcess.outputOf(
              own.command(
                  JavaProcess.command(
                      "-Xss512k",
                      SteppingClient.class,
                      "%s,%d,%s,%s".formatted(kind, server.port(), own.step(), servers.step()))));
    }
  }
}
