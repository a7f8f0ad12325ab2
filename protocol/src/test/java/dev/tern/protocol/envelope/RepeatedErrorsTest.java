package dev.tern.protocol.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.protocol.Dialect;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Id;
import dev.tern.protocol.ReplyMeta;
import dev.tern.protocol.WireError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RepeatedErrorsTest {
  private static final WireError BUSY =
      WireError.of(ErrorCode.SERVER_BUSY, "too many \"calls\"")
          .withDetails("{\"retry_after_ms\":100}");
  private static final WireError STRANGER = WireError.of(ErrorCode.UNAUTHORIZED, "who? \u00e9");

  private static List<@Nullable Id> ids() {
    List<@Nullable Id> ids = new ArrayList<>();
    for (long id : new long[] {0, 7, 1_000_000, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
      ids.add(new Id.Number(id));
    }
    ids.add(new Id.Number(-1, true)); // the largest that there is
    ids.add(new Id.Text("a"));
    ids.add(Id.Null.NULL);
    ids.add(null);
    return ids;
  }

  @Test
  void anErrorIsWrittenAsItIsElsewhereHoweverOftenAndBetweenOthers() {
    RepeatedErrors errors = new RepeatedErrors();
    for (Dialect dialect : Dialect.values()) {
      for (Id id : ids()) {
        for (WireError error : List.of(BUSY, BUSY, BUSY, STRANGER, BUSY, STRANGER, STRANGER)) {
          assertThat(errors.error(WireFormat.json(dialect), id, error, ReplyMeta.NONE).toString())
              .as("%s, %s", dialect, id)
              .isEqualTo(Messages.error(dialect, id, error).toString());
        }
      }
    }
  }

  @Test
  void whatDiffersInAnythingThatIsWrittenIsAnotherError() {
    byte[] details = {'{', '}'};
    WireError maybe =
        new WireError(BUSY.code(), BUSY.number(), BUSY.message(), null, Executed.MAYBE);
    WireError other = new WireError("OTHER", BUSY.number(), BUSY.message(), null, BUSY.executed());
    RepeatedErrors errors = new RepeatedErrors();
    for (WireError error : List.of(BUSY, maybe, other, BUSY.withDetails(details))) {
      for (WireError next : List.of(BUSY, BUSY, BUSY, error)) {
        assertThat(
                errors
                    .error(WireFormat.json(Dialect.V1), new Id.Number(1), next, ReplyMeta.NONE)
                    .toString())
            .isEqualTo(Messages.error(Dialect.V1, new Id.Number(1), next).toString());
      }
    }
  }

  @Test
  void aReplyThatSaysMoreOfItselfIsWrittenWithIt() {
    ReplyMeta replayed = ReplyMeta.NONE.withReplayed(true);
    RepeatedErrors errors = new RepeatedErrors();
    for (int i = 0; i < 3; i++) {
      assertThat(
              errors
                  .error(WireFormat.json(Dialect.V1), new Id.Number(1), BUSY, replayed)
                  .toString())
          .isEqualTo(Messages.error(Dialect.V1, new Id.Number(1), BUSY, replayed).toString());
    }
  }

  @Test
  void thereIsRoomForTheFramesPrefix() {
    RepeatedErrors errors = new RepeatedErrors();
    var _ = errors.error(WireFormat.json(Dialect.V1), new Id.Number(0), BUSY, ReplyMeta.NONE);
    var first = errors.error(WireFormat.json(Dialect.V1), new Id.Number(1), BUSY, ReplyMeta.NONE);
    var second = errors.error(WireFormat.json(Dialect.V1), new Id.Number(2), BUSY, ReplyMeta.NONE);
    assertThat(first.from()).isEqualTo(4);
    assertThat(first.array()).as("nobody else's").isNotSameAs(second.array());
  }
}
