package dev.tern.cli;

import dev.tern.core.Effect;
import dev.tern.core.Lane;
import dev.tern.core.Method;
import dev.tern.core.TypeRef;
import dev.tern.core.server.Server;
import dev.tern.core.transport.Transport;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A service with the types that people use. */
public final class Shop {
  public enum State {
    OPEN,
    PAID
  }

  public record Line(String sku, int count) {}

  public record Order(
      UUID id, State state, List<Line> lines, @Nullable Order replaces, Instant since) {}

  record Buy(String sku, int count, Optional<String> note) {}

  record Find(@Nullable String sku, boolean paid) {}

  record Put(Order order, Map<String, BigDecimal> prices) {}

  private Shop() {}

  public static Server serve(Transport transport) throws IOException {
    return Server.builder(transport)
        .describe("Shop", "2")
        .serve(
            Method.of("shop.buy", Buy.class, String.class)
                .effect(Effect.ONCE)
                .describedAs("Buys something."),
            Lane.VIRTUAL,
            buy -> buy.count() + " of " + buy.sku() + buy.note().map(n -> ", " + n).orElse(""))
        .serve(
            Method.of("shop.find", Find.class, String.class).effect(Effect.READ),
            Lane.VIRTUAL,
            find -> find.sku() + " " + find.paid())
        .serve(Method.of("shop.put", Put.class, Order.class), Lane.VIRTUAL, Put::order)
        .serve(Method.of("shop.weigh", Line.class, Integer.class), Lane.VIRTUAL, Line::count)
        .serve(
            Method.of("shop.all", new TypeRef<List<Integer>>() {}, new TypeRef<List<Order>>() {}),
            Lane.VIRTUAL,
            _ -> List.of())
        .listen(0);
  }
}
