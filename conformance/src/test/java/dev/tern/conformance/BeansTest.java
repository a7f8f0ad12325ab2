package dev.tern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.Method;
import dev.tern.core.RpcException;
import dev.tern.core.TypeRef;
import dev.tern.core.client.Client;
import dev.tern.core.server.ServerBuilder;
import dev.tern.protocol.ErrorCode;
import dev.tern.protocol.Executed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Classes with getters and setters, from one end to the other and back, in each encoding. */
final class BeansTest extends EveryTransport {
  private static final int MEBIBYTE = 1 << 20;

  /** A bean as they are. */
  public static final class Basket {
    private String owner = "";
    private List<Line> lines = new ArrayList<>();
    private Map<String, Integer> counts = new TreeMap<>();

    public String getOwner() {
      return owner;
    }

    public void setOwner(String owner) {
      this.owner = owner;
    }

    public List<Line> getLines() {
      return lines;
    }

    public void setLines(List<Line> lines) {
      this.lines = lines;
    }

    public Map<String, Integer> getCounts() {
      return counts;
    }

    public void setCounts(Map<String, Integer> counts) {
      this.counts = counts;
    }
  }

  /** A bean in a bean. */
  public static final class Line {
    public long item;
    public double price;
  }

  record Shelf(Basket first, List<Basket> rest) {}

  private static final Method<Basket, Basket> SAME =
      Method.of("test.same", Basket.class, Basket.class);
  private static final Method<Shelf, Shelf> SHELF =
      Method.of("test.shelf", Shelf.class, Shelf.class);
  private static final Method<Map<String, Object>, Object> ODD =
      Method.of("test.same", new TypeRef<Map<String, Object>>() {}, Object.class);

  private ServerBuilder server() {
    return usualServer().serve(SAME, basket -> basket).serve(SHELF, shelf -> shelf);
  }

  private Client client(ServerBuilder server, String encoding) {
    return client(start(server).address(), b -> b.encoding(encoding));
  }

  private static Basket basket(int lines) {
    Basket basket = new Basket();
    basket.setOwner("Ada \u00e9");
    for (int i = 0; i < lines; i++) {
      Line line = new Line();
      line.item = Long.MAX_VALUE - i;
      line.price = 0.1 * i;
      basket.getLines().add(line);
    }
    basket.setCounts(Map.of("a", 1, "b", -7));
    return basket;
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "msgpack", "protobuf"})
  void theyTravelBothWays(String encoding) {
    Basket basket = basket(3);

    assertThat(client(server(), encoding).call(SAME, basket))
        .usingRecursiveComparison()
        .isEqualTo(basket);
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "msgpack", "protobuf"})
  void theyTravelInRecordsAndLists(String encoding) {
    Shelf shelf = new Shelf(basket(1), List.of(basket(0), basket(2)));

    assertThat(client(server(), encoding).call(SHELF, shelf))
        .usingRecursiveComparison()
        .isEqualTo(shelf);
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "msgpack", "protobuf"})
  void whatDoesNotFitIsToldWithItsPath(String encoding) {
    Client client = client(server(), encoding);
    Map<String, Object> odd =
        Map.of("lines", List.of(Map.of("item", 1), Map.of("item", "one", "price", 2.5)));

    RpcException e = failure(() -> client.call(ODD, odd));

    assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMS.name());
    assertThat(e.executed()).isEqualTo(Executed.NO);
    assertThat(e.details()).containsEntry("path", "lines[1].item");
  }

  /** Each element and each member counts against what all connections may hold together. */
  @ParameterizedTest
  @ValueSource(strings = {"json", "msgpack", "protobuf"})
  void row164_whatABeanHoldsIsBoundedByTheBudget(String encoding) {
    Client client = client(server().processBytes(4 * MEBIBYTE), encoding);
    Map<String, Object> greedy = Map.of("lines", Collections.nCopies(100_000, Map.of()));

    for (int i = 0; i < 3; i++) { // what one has taken is there for the next one
      RpcException e = failure(() -> client.call(ODD, greedy));
      assertThat(e.code()).isEqualTo(ErrorCode.TOO_LARGE.name());
      assertThat(e.executed()).isEqualTo(Executed.NO);
      assertThat(e).hasMessageContaining("more elements and entries");
      assertThat(client.call(SAME, basket(1_000)).getLines()).hasSize(1_000);
    }
  }
}
