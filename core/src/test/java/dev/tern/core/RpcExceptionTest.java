package dev.tern.core;

import static dev.tern.core.access.Access.CORE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tern.core.access.Origin;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.WireError;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RpcExceptionTest {

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void onlyTheFrameworkMakesTheFrameworksErrors(ErrorCode code) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RpcException(code.name(), "mine"))
        .withMessageContaining(code.name());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RpcException.notExecuted(code.name(), "mine"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "lower", "With Space", "1ST", "_X", "ÄRGER"})
  void aCodeIsAnUpperSnakeName(String code) {
    assertThatIllegalArgumentException().isThrownBy(() -> new RpcException(code, "mine"));
  }

  @Test
  void aCodeHas64CharactersAtMost() {
    assertThat(new RpcException("X".repeat(64), "").code()).hasSize(64);
    assertThatIllegalArgumentException().isThrownBy(() -> new RpcException("X".repeat(65), ""));
  }

  @Test
  void anApplicationsErrorWasExecutedUnlessItSaysOtherwise() {
    assertThat(new RpcException("MINE", "").executed()).isEqualTo(Executed.YES);
    assertThat(RpcException.notExecuted("MINE", "").executed()).isEqualTo(Executed.NO);
    RpcException detailed = RpcException.notExecuted("MINE", "", Map.of("a", 1));
    assertThat(detailed.executed()).isEqualTo(Executed.NO);
    assertThat(detailed.details()).isEqualTo(Map.of("a", 1));
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "UNAUTHORIZED",
        "FORBIDDEN",
        "INVALID_PARAMS",
        "CONFLICT",
        "UNAVAILABLE",
        "SERVER_BUSY"
      })
  void aRefusalWasNotExecuted(ErrorCode code) {
    Throwable cause = new IllegalStateException("why");
    RpcException e = RpcException.refusal(code, "words", Map.of("a", 1), cause);

    assertThat(e.code()).isEqualTo(code.name());
    assertThat(e.number()).isEqualTo(code.number());
    assertThat(e.executed()).isEqualTo(Executed.NO);
    assertThat(e.details()).isEqualTo(Map.of("a", 1));
    assertThat(e).hasMessage("words").hasCause(cause);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {
        "UNAUTHORIZED",
        "FORBIDDEN",
        "INVALID_PARAMS",
        "CONFLICT",
        "UNAVAILABLE",
        "SERVER_BUSY"
      })
  void noOtherCodeRefuses(ErrorCode code) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RpcException.refusal(code, "words"))
        .withMessageContaining(code.name())
        .withMessageContaining("UNAUTHORIZED, FORBIDDEN");
  }

  @Test
  void nothingIsTransientOnceTheClientIsClosed() {
    assertThat(unavailable(Origin.CLIENT).isTransient()).isTrue();
    assertThat(unavailable(Origin.CLOSED_CLIENT).isTransient()).isFalse();
  }

  private static RpcException unavailable(Origin origin) {
    return CORE.error(
        origin, WireError.of(ErrorCode.UNAVAILABLE, "closed", Executed.NO), Map.of(), null);
  }

  private static RpcException copy(RpcException e) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(e);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (RpcException) in.readObject();
    }
  }

  @Test
  void survivesSerializationWithAllItSays() throws Exception {
    RpcException read =
        copy(new RpcException("MINE", "words", Map.of("a", List.of(1, "b"), "c", 2.5)));

    assertThat(read.code()).isEqualTo("MINE");
    assertThat(read).hasMessage("words");
    assertThat(read.executed()).isEqualTo(Executed.YES);
    assertThat(read.details()).isEqualTo(Map.of("a", List.of(1, "b"), "c", 2.5));
    assertThat(read.isRemote()).isFalse();
  }

  @Test
  void aDetailThatCannotBeSerializedBecomesItsText() throws Exception {
    record Plain(int a) {}

    assertThat(copy(new RpcException("MINE", "", Map.of("a", new Plain(1)))).details())
        .isEqualTo(Map.of("a", "Plain[a=1]"));
  }

  @Test
  void aCauseThatCannotBeSerializedBecomesItsText() throws Exception {
    RuntimeException cause =
        new IllegalStateException("locked") {
          private static final long serialVersionUID = 1L;

          @SuppressWarnings({"serial", "UnusedVariable"}) // what cannot be serialized
          private final Object lock = new Object();
        };
    RpcException refused = RpcException.refusal(ErrorCode.FORBIDDEN, "no", Map.of("a", 1), cause);

    RpcException read = copy(refused);

    assertThat(read.code()).isEqualTo("FORBIDDEN");
    assertThat(read.executed()).isEqualTo(Executed.NO);
    assertThat(read.details()).isEqualTo(Map.of("a", 1));
    assertThat(read).hasCauseInstanceOf(RuntimeException.class);
    assertThat(read.getCause()).hasMessageContaining("locked");
    assertThat(read.getStackTrace()).isEqualTo(refused.getStackTrace());
  }

  @Test
  void attemptsAndTokenTravelAlong() throws Exception {
    CallAttempt attempt =
        new CallAttempt(
            1,
            "localhost:1",
            "TIMEOUT",
            Executed.MAYBE,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ofSeconds(1),
            false);
    OperationToken token = new OperationToken("pay", "key-1", "json", "", "store", 5, true);
    RpcException failure = new RpcException("MINE", "words");
    failure.annotate(List.of(attempt), token);

    RpcException read = copy(failure);

    assertThat(read.attempts()).containsExactly(attempt);
    assertThat(read.operation()).isEqualTo(token);
  }

  @Test
  void anApplicationsErrorIsNotTransient() {
    assertThat(new RpcException("MINE", "").isTransient()).isFalse();
  }

  @Test
  void theTextNamesCodeMessageAndVerdict() {
    assertThat(new RpcException("MINE", "words", Map.of("a", 1)))
        .hasToString("RpcException: MINE: words (executed: yes)");
  }
}
