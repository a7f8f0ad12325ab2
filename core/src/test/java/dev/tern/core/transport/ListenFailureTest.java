package dev.tern.core.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ListenFailureTest {
  private static final InetSocketAddress LOOPBACK =
      new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 80);

  @ParameterizedTest
  @CsvSource({
    "Address already in use, the port is in use",
    "bind(..) failed with error(-98): Address already in use, the port is in use",
    "Address already in use: bind, the port is in use",
    "Permission denied, no permission for this port",
    "bind(..) failed with error(-13): Permission denied, no permission for this port",
    "Cannot assign requested address, not an address of this machine",
    "bind(..) failed with error(-99): Cannot assign requested address, not an address of this machine",
    "Can't assign requested address, not an address of this machine",
    "Too many open files, Too many open files"
  })
  void whatSystemsAndLibrariesSayIsSaidInTheSameWords(String said, String reason) {
    assertThat(ListenFailure.of(LOOPBACK, new BindException(said)))
        .hasMessage("cannot listen on 127.0.0.1:80: " + reason);
  }

  @Test
  void aHostThatWasNotFoundIsUnknownWhateverTheSystemSays() {
    InetSocketAddress unknown = InetSocketAddress.createUnresolved("orders.test", 7);

    assertThat(ListenFailure.of(unknown, new IllegalArgumentException()))
        .hasMessage("cannot listen on orders.test:7: the host is unknown");
  }

  @Test
  void theCauseIsKept() {
    IOException cause = new IOException("Protocol family unavailable");

    assertThat(ListenFailure.of(LOOPBACK, cause)).hasCause(cause);
  }
}
