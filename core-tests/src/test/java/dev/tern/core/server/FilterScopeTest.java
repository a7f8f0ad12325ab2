package dev.tern.core.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.Request;
import dev.tern.core.Response;
import dev.tern.core.client.Client;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A filter stands only around the methods that it applies to. */
final class FilterScopeTest {
  private static final Method<Void, String> SLOW = Method.of("slow", Void.class, String.class);
  private static final Method<Void, String> QUICK = Method.of("quick", Void.class, String.class);

  private final InMemory memory = new InMemory();

  @AfterEach
  void closeAll() {
    memory.close();
  }

  /** May block. */
  private record Waiting(String method, List<String> asked) implements Filter {
    @Override
    public Response filter(Request request, Handler next) {
      asked.add(request.method());
      return next.handle(request);
    }

    @Override
    public boolean appliesTo(Method<?, ?> candidate) {
      return candidate.name().equals(method);
    }

    @Override
    public String toString() {
      return "waiting";
    }
  }

  @Test
  void anInlineMethodMayStandBesideABlockingFilterThatDoesNotApplyToIt() {
    List<String> asked = new CopyOnWriteArrayList<>();
    Client client =
        memory.clientOf(
            memory
                .server()
                .filter(new Waiting("slow", asked))
                .serve(SLOW, _ -> "slow")
                .serve(QUICK, Lane.INLINE, _ -> "quick"));

    client.call(SLOW, null);
    client.call(QUICK, null);

    assertThat(asked).containsExactly("slow");
  }

  @Test
  void anInlineMethodUnderABlockingFilterThatAppliesToItIsRefused() {
    ServerBuilder builder =
        memory
            .server()
            .filter(new Waiting("quick", List.of()))
            .serve(QUICK, Lane.INLINE, _ -> "quick");

    assertThatIllegalStateException()
        .isThrownBy(() -> builder.listen(0))
        .withMessageContaining("method quick")
        .withMessageContaining("filter waiting");
  }
}
