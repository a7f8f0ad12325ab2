package dev.tern.core.server;

import static dev.tern.core.access.Access.CORE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.RpcException;
import dev.tern.core.access.Origin;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ErrorMappingTest {
  @Test
  void onlyErrorsOfTheServedCallSpeakOfIt() {
    RpcException clients =
        CORE.error(Origin.CLIENT, ErrorCode.TIMEOUT, "", Executed.NO, Map.of(), null);
    RpcException remote = CORE.remote("MINE", -32000, "", Map.of(), Executed.YES);

    assertThat(ErrorMapping.isOfServedCall(new RpcException("MINE", ""))).isTrue();
    assertThat(ErrorMapping.isOfServedCall(ErrorMapping.framework(ErrorCode.INTERNAL, "")))
        .isTrue();
    assertThat(ErrorMapping.isOfServedCall(clients)).isFalse();
    assertThat(ErrorMapping.isOfServedCall(remote)).isFalse();
  }
}
