package dev.tern.core.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Filter;
import dev.tern.core.Handler;
import dev.tern.core.Request;
import dev.tern.core.Response;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a chain prints itself. */
final class OnionTest {
  private static Handler innermost() {
    return new Handler() {
      @Override
      public Response handle(Request request) {
        throw new IllegalStateException("not called");
      }

      @Override
      public String toString() {
        return "innermost";
      }
    };
  }

  private static String onion(List<Filter> order) {
    return Onion.wrap(order, innermost()).toString();
  }

  @Test
  void aLambdaIsPrintedAsWhereItIsFrom() {
    assertThat(onion(List.of((request, next) -> next.handle(request))))
        .isEqualTo("a lambda of dev.tern.core.access.OnionTest → innermost");
  }

  private static final class Unnamed implements Filter {
    @Override
    public Response filter(Request request, Handler next) {
      return next.handle(request);
    }
  }

  @Test
  void aFilterWithoutATextIsPrintedAsItsClass() {
    assertThat(onion(List.of(new Unnamed(), new Unnamed())))
        .isEqualTo("OnionTest$Unnamed → OnionTest$Unnamed → innermost");
  }
}
