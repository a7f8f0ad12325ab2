package dev.tern.core.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Caller;
import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.client.Client;
import dev.tern.protocol.Meta;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What a server's filter changes of a request is what the user's code sees. */
final class FilterChangesTest {
  private static final Method<Void, String> LOOK = Method.of("look", Void.class, String.class);

  @SuppressWarnings("unused") // by the tests' annotations
  private static final List<Lane> LANES = InMemory.LANES;

  private final InMemory memory = new InMemory();

  @AfterEach
  void closeAll() {
    memory.close();
  }

  /** Hands on what it makes of a request, and parks no thread. */
  private record Changing(UnaryOperator<Request> change) implements Filter {
    @Override
    public Response filter(Request request, Handler next) {
      return next.handle(change.apply(request));
    }

    @Override
    public boolean mayBlock() {
      return false;
    }
  }

  /** What the user's code sees under a filter that changes the request. */
  private @Nullable String seen(
      Lane lane, UnaryOperator<Request> change, Supplier<@Nullable String> look) {
    Client client =
        memory.clientOf(
            memory.server().filter(new Changing(change)).serve(LOOK, lane, _ -> look.get()));
    return client.call(LOOK, null);
  }

  @ParameterizedTest
  @FieldSource("LANES")
  void aCaller(Lane lane) {
    assertThat(
            seen(
                lane,
                request -> request.withCaller(new Caller("ann")),
                () -> Request.current().caller().name()))
        .isEqualTo("ann");
  }

  @ParameterizedTest
  @FieldSource("LANES")
  void aKey(Lane lane) {
    assertThat(
            seen(
                lane,
                request -> request.withMeta(request.meta().with(Meta.KEY, "operation-1")),
                () -> Request.current().meta().get(Meta.KEY)))
        .isEqualTo("operation-1");
  }

  @ParameterizedTest
  @FieldSource("LANES")
  void aShorterTimeout(Lane lane) {
    assertThat(
            seen(
                lane,
                request -> request.withTimeout(Duration.ofMillis(7)),
                () -> "" + Request.current().remaining().toMillis()))
        .isEqualTo("7");
  }

  @Test
  void nobodyHasSaidWhoCallsUntilAFilterDoes() {
    assertThat(seen(Lane.VIRTUAL, UnaryOperator.identity(), () -> "" + Request.current().caller()))
        .isEqualTo("anonymous");
  }

  @Test
  void aNestedCallEndsWithTheShorterTimeout() {
    Method<Void, Long> left = Method.of("left", Void.class, Long.class);
    Client nested =
        memory.clientOf(memory.server().serve(left, _ -> Request.current().remaining().toMillis()));

    String seen =
        seen(
            Lane.VIRTUAL,
            request -> request.withTimeout(Duration.ofMillis(500)),
            () -> "" + nested.call(left, null));

    assertThat(Long.parseLong(String.valueOf(seen))).isBetween(400L, 500L);
  }

  @ParameterizedTest
  @FieldSource("LANES")
  void whenTheHandlerReturnsTheCallIsCurrentAsItCame(Lane lane) {
    List<String> callers = new CopyOnWriteArrayList<>();
    Filter looksAfterwards =
        new Filter() {
          @Override
          public Response filter(Request request, Handler next) {
            Response response = next.handle(request.withCaller(new Caller("ann")));
            callers.add(Request.current().caller().toString());
            return response;
          }

          @Override
          public boolean appliesTo(Method<?, ?> method) {
            return method.name().equals(LOOK.name());
          }

          @Override
          public boolean mayBlock() {
            return false;
          }
        };
    Client client =
        memory.clientOf(memory.server().filter(looksAfterwards).serve(LOOK, lane, _ -> "seen"));

    client.call(LOOK, null);

    assertThat(callers).containsExactly("anonymous");
  }

  @Test
  void aHandlerOnAThreadOfAFiltersSeesItsCall() {
    Filter elsewhere = (request, next) -> Elsewhere.handle(request, next);
    Client client =
        memory.clientOf(
            memory.server().filter(elsewhere).serve(LOOK, _ -> Request.current().method()));

    assertThat(client.call(LOOK, null)).isEqualTo("look");
  }
}
