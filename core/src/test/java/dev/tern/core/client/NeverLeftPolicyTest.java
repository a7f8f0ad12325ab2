package dev.tern.core.client;

import static dev.tern.core.access.Access.CORE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.RpcException;
import dev.tern.core.access.Origin;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.WireError;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A call is made again only if nothing of it was ever sent. */
final class NeverLeftPolicyTest {

  @ParameterizedTest
  @CsvSource({
    "CLIENT,        UNAVAILABLE, NO,    client_queue,      1, true",
    "CLIENT,        UNAVAILABLE, NO,    client_queue,      2, true",
    "CLIENT,        UNAVAILABLE, NO,    client_queue,      3, false",
    "CLIENT,        UNAVAILABLE, MAYBE, client_queue,      1, false",
    "CLIENT,        UNAVAILABLE, NO,    connecting,        1, false",
    "CLIENT,        TIMEOUT,     NO,    client_queue,      1, false",
    "CLIENT,        CANCELLED,   NO,    client_queue,      1, false",
    "CLIENT,        TOO_LARGE,   NO,    client_queue,      1, false",
    "CLOSED_CLIENT, UNAVAILABLE, NO,    client_queue,      1, false",
    "REMOTE,        UNAVAILABLE, NO,    client_queue,      1, false"
  })
  void theTable(
      Origin origin, ErrorCode code, Executed executed, String stage, int tries, boolean again) {
    WireError error = WireError.of(code, "", executed);
    RpcException failure = CORE.error(origin, error, Map.of("stage", stage), null);

    assertThat(NeverLeftPolicy.triesAgain(failure, tries)).isEqualTo(again);
  }

  @Test
  void withoutDetailsNobodyKnows() {
    WireError error = WireError.of(ErrorCode.UNAVAILABLE, "", Executed.NO);
    RpcException failure = CORE.error(Origin.CLIENT, error, Map.of(), null);

    assertThat(NeverLeftPolicy.triesAgain(failure, 1)).isFalse();
  }
}
