import dev.tern.core.Effect;
import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.server.Server;
import dev.tern.transport.threads.ThreadsTransport;
import java.time.Duration;
import java.util.Map;

/** Errors and slow answers: {@code java -cp 'dist/*' examples/ShopServer.java [PORT]}. */
public class ShopServer {
  record Item(String name) {}

  static final Map<String, Integer> PRICES = Map.of("apple", 30, "pear", 45);

  static final Method<Item, Integer> PRICE =
      Method.of("shop.price", Item.class, Integer.class).effect(Effect.READ);
  static final Method<Item, Integer> DELIVERY_DAYS =
      Method.of("shop.deliveryDays", Item.class, Integer.class).effect(Effect.READ);

  static Integer price(Item item) {
    Integer price = PRICES.get(item.name());
    if (price == null) { // a code of this application's own, for the caller's program to act upon
      throw new RpcException("NO_SUCH_ITEM", "there is no " + item.name(), Map.of("have", PRICES));
    }
    return price;
  }

  static Integer deliveryDays(Item item) throws InterruptedException {
    Thread.sleep(Duration.ofMillis(500)); // each call has a virtual thread: blocking is fine
    return item.name().length();
  }

  public static void main(String[] args) throws Exception {
    int port = args.length == 0 ? 7070 : Integer.parseInt(args[0]);
    Server server =
        Server.builder(new ThreadsTransport())
            .exposeErrors(true) // for learning only: a bare caller sees what went wrong in here
            .serve(PRICE, ShopServer::price)
            .serve(DELIVERY_DAYS, ShopServer::deliveryDays)
            .listen(port);
    System.out.println("listening on port " + server.port());
    server.awaitTermination(); // until Ctrl-C
  }
}
