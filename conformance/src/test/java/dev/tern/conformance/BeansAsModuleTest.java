package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;

/** An application that is a module, its beans, and what it adds to Jackson's mapper. */
@DisabledIf(
    value = "dev.tern.conformance.ModulePath#isOneFolder",
    disabledReason = "the classes were compiled into one folder, not as modules")
final class BeansAsModuleTest {
  private static final String MODULE =
      """
      module app {
        requires dev.tern.binding.jackson;
        requires dev.tern.core;
        requires dev.tern.transport.threads;

        exports app;
        opens app to dev.tern.core;
        %s
      }
      """;

  private static final String PROVIDES =
      "provides dev.tern.binding.jackson.setup.MapperSetup with app.Main.Setup;";

  private static final String APPLICATION =
      """
      package app;

      import com.fasterxml.jackson.annotation.JsonCreator;
      import com.fasterxml.jackson.annotation.JsonProperty;
      import com.fasterxml.jackson.annotation.JsonPropertyOrder;
      import dev.tern.binding.jackson.setup.MapperSetup;
      import dev.tern.core.Method;
      import dev.tern.core.client.Client;
      import dev.tern.core.server.Server;
      import dev.tern.transport.threads.ThreadsTransport;
      import java.util.List;
      import java.util.Map;
      import tools.jackson.databind.json.JsonMapper;

      public class Main {
        public static class Basket {
          private String owner = "";
          private List<Integer> counts = List.of();

          public String getOwner() { return owner; }

          public void setOwner(String owner) { this.owner = owner; }

          public List<Integer> getCounts() { return counts; }

          public void setCounts(List<Integer> counts) { this.counts = counts; }

          @Override
          public String toString() { return owner + counts; }
        }

        /** Somebody else's: no bean, and nothing of Jackson's on it. */
        public static final class Point {
          final int x;
          final int y;

          Point(int x, int y) {
            this.x = x;
            this.y = y;
          }

          @Override
          public String toString() { return x + "/" + y; }
        }

        record Tag(String text) {}

        record Order(Basket basket, Point at, Tag tag) {}

        @JsonPropertyOrder({"east", "north"})
        abstract static class PointMixIn {
          @JsonProperty("east") int x;
          @JsonProperty("north") int y;

          @JsonCreator
          PointMixIn(@JsonProperty("east") int x, @JsonProperty("north") int y) {}
        }

        interface TagMixIn {
          @JsonProperty("t")
          String text();
        }

        public static final class Setup implements MapperSetup {
          @Override
          public void setUp(JsonMapper.Builder mapper) {
            mapper.addMixIn(Point.class, PointMixIn.class).addMixIn(Tag.class, TagMixIn.class);
          }
        }

        static final Method<Order, Order> SAME = Method.of("same", Order.class, Order.class);
        static final Method<Order, Object> SEEN = Method.of("same", Order.class, Object.class);

        public static String run() throws Exception {
          try (ThreadsTransport transport = new ThreadsTransport();
              Server server = Server.builder(transport).serve(SAME, order -> order).listen(0);
              Client client = Client.builder(transport).connect(server.address())) {
            Basket basket = new Basket();
            basket.setOwner("ada");
            basket.setCounts(List.of(1, 2));
            Order order = new Order(basket, new Point(3, 4), new Tag("new"));
            Map<?, ?> seen = (Map<?, ?>) client.call(SEEN, order);
            return client.call(SAME, order) + " " + seen.get("at") + " " + seen.get("tag");
          }
        }
      }
      """;

  @Test
  void beansTravelAndAMapperSetupSaysHowOthersDo(@TempDir Path folder) throws Exception {
    assertThat(ModulePath.run(folder, MODULE.formatted(PROVIDES), APPLICATION))
        .isEqualTo("Order[basket=ada[1, 2], at=3/4, tag=Tag[text=new]] {east=3, north=4} {t=new}");
  }

  @Test
  void withoutItWhatIsNoBeanIsToldWhenTheMethodIsServed(@TempDir Path folder) {
    assertThatThrownBy(() -> ModulePath.run(folder, MODULE.formatted(""), APPLICATION))
        .rootCause()
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("app.Main$Point");
  }
}
