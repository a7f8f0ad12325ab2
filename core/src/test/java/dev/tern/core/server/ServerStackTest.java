package dev.tern.core.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Effect;
import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Method;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.binding.JsonCodec;
import dev.tern.core.observe.Tally;
import dev.tern.core.outcome.MemoryStore;
import dev.tern.core.runtime.Timers;
import dev.tern.core.server.auth.AuthFilter;
import dev.tern.core.server.once.Once;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pins the order of the filters: whoever changes it has to change it here, too. */
final class ServerStackTest {
  private static final Method<Void, Void> CHOSEN =
      Method.<Void, Void>of("chosen", Void.class, Void.class).effect(Effect.READ);
  private static final Method<Void, Void> OTHER =
      Method.<Void, Void>of("other", Void.class, Void.class).effect(Effect.READ);

  private static final Method<Void, Void> ONCE =
      Method.<Void, Void>of("once", Void.class, Void.class).effect(Effect.ONCE);

  private static final Once NOTHING = new Once(null, false, null, Timers.system(), new Tally());

  private record Named(String name, boolean onlyChosen) implements Filter {
    @Override
    public Response filter(Request request, Handler next) {
      return next.handle(request);
    }

    @Override
    public boolean appliesTo(Method<?, ?> method) {
      return !onlyChosen || method.name().equals("chosen");
    }
  }

  private final List<Filter> users =
      List.of(new Named("first", false), new Named("second", true), new Named("third", false));

  @Test
  void theServersOrder() {
    assertThat(ServerStack.filters(CHOSEN, JsonCodec.DEFAULT, null, users, NOTHING))
        .containsExactlyElementsOf(users);
  }

  @Test
  void whoCallsIsKnownToTheUsersWhichAreAroundWhatIsRemembered() {
    Once once = new Once(MemoryStore.create(), true, null, Timers.system(), new Tally());

    AuthFilter auth = new AuthFilter(_ -> null);
    assertThat(ServerStack.filters(ONCE, JsonCodec.DEFAULT, auth, users, once).toString())
        .isEqualTo(
            "[auth, Named[name=first, onlyChosen=false], Named[name=third, onlyChosen=false], once]");
  }

  @Test
  void aFilterThatDoesNotApplyIsNotThere() {
    assertThat(ServerStack.filters(OTHER, JsonCodec.DEFAULT, null, users, NOTHING))
        .containsExactly(users.getFirst(), users.getLast());
  }
}
