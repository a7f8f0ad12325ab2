package dev.tern.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.RpcException;
import dev.tern.core.RpcFixture;
import dev.tern.protocol.Dialect;
import dev.tern.protocol.Executed;
import dev.tern.protocol.Limits;
import dev.tern.protocol.Limits.Bound;
import dev.tern.protocol.Metadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What no server takes is refused before anything of it is sent. */
final class RefusedHereTest extends RpcFixture {
  private static final Pair SUM = new Pair(40, 2);
  private static final int MOST = Limits.DEFAULT.get(Bound.META_BYTES);

  private static void assertRefused(RpcException refusal, String message) {
    assertThat(refusal.isRemote()).as("%s", refusal.toString()).isFalse();
    assertThat(refusal.code()).isEqualTo("BAD_REQUEST");
    assertThat(refusal.executed()).isEqualTo(Executed.NO);
    assertThat(refusal).hasMessageMatching("(?s).*" + message + ".*");
  }

  private static CallOptions token(int length) {
    return CallOptions.DEFAULT.withAuth("t".repeat(length));
  }

  @Test
  void aTokenThatMakesMetaTooLong() {
    Client client = client(start(usualServer()));
    int taken = 0;
    for (int length = MOST - 64; length <= MOST; length++) { // somewhere between is the limit
      CallOptions options = token(length);
      try {
        assertThat(client.call(ADD, SUM, options)).isEqualTo(42);
        taken++;
      } catch (RpcException e) {
        assertRefused(e, "meta: 16\\d{3} bytes \\(expected: at most 16384\\)");
      }
    }
    assertThat(taken).isBetween(1, 63);
    assertThat(client.stats().connections()).isEqualTo(1);
  }

  @Test
  void whatAFilterAddsCounts() {
    Metadata much = Metadata.NONE.with("n", "x".repeat(8_000));
    Client client =
        client(
            start(usualServer()).address(),
            builder -> builder.filter((request, next) -> next.handle(request.withMetadata(much))));

    assertThat(client.call(ADD, SUM, token(8_000))).isEqualTo(42);
    assertRefused(
        failure(() -> client.call(ADD, SUM, token(9_000))), "meta: 17\\d{3} bytes \\(expected");
  }

  @Test
  void largeParamsLeaveMetaItsRoom() {
    Client client = client(start(usualServer()));
    String large = "x".repeat(100_000);

    assertThat(client.call(ECHO, new Text(large), token(16_000))).isEqualTo(large);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void aNameThatNoMethodHas(Dialect dialect) {
    Client client = client(start(usualServer()).address(), builder -> builder.dialect(dialect));
    String rule = " \\(expected: 1 to 256 visible ASCII characters\\)";

    for (String name : new String[] {"a b", "", "\u00e4", "\ud800", "a\n"}) {
      assertRefused(
          failure(() -> client.call(name, null, Object.class)), "method: \"" + name + "\"" + rule);
    }
    String longest = "m".repeat(256);
    assertRefused(
        failure(() -> client.call(longest + "m", null, Object.class)),
        "method: 257 characters" + rule);
    assertThat(failure(() -> client.call(longest, null, Object.class)).isRemote()).isTrue();
    assertThat(client.call(ADD, SUM)).isEqualTo(42);
  }
}
