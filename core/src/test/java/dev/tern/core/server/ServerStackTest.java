package dev.tern.core.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Method;
import dev.tern.core.Request;
import dev.tern.core.Response;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pins the order of the filters: whoever changes it has to change it here, too. */
final class ServerStackTest {
  private static final Method<Void, Void> CHOSEN = Method.of("chosen", Void.class, Void.class);
  private static final Method<Void, Void> OTHER = Method.of("other", Void.class, Void.class);

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
    assertThat(ServerStack.filters(CHOSEN, users)).containsExactlyElementsOf(users);
  }

  @Test
  void aFilterThatDoesNotApplyIsNotThere() {
    assertThat(ServerStack.filters(OTHER, users))
        .containsExactly(users.getFirst(), users.getLast());
  }
}
