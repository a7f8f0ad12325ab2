package dev.tern.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MethodTest {
  record Order(String item) {}

  private static final TypeRef<Map<String, Order>> ORDERS = new TypeRef<>() {};
  private static final TypeRef<List<Integer>> NUMBERS = new TypeRef<>() {};

  /** Each is assigned first, so that the compiler has its say of what P and R are. */
  static Stream<Arguments> combinations() {
    Method<Order, Integer> plain = Method.of("shop.order", Order.class, Integer.class);
    Method<Order, List<Integer>> result = Method.of("shop.order", Order.class, NUMBERS);
    Method<Map<String, Order>, Integer> params = Method.of("shop.order", ORDERS, Integer.class);
    Method<Map<String, Order>, List<Integer>> both = Method.of("shop.order", ORDERS, NUMBERS);
    return Stream.of(
        Arguments.of(plain, Order.class, Integer.class),
        Arguments.of(result, Order.class, NUMBERS.type()),
        Arguments.of(params, ORDERS.type(), Integer.class),
        Arguments.of(both, ORDERS.type(), NUMBERS.type()));
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void classesAndGenericTypesStandInAllCombinations(
      Method<?, ?> method, Object params, Object result) {
    assertThat(method.name()).isEqualTo("shop.order");
    assertThat(method.paramsType()).isEqualTo(params);
    assertThat(method.resultType()).isEqualTo(result);
    assertThat(method.effect()).isEqualTo(Effect.UNSAFE);
    assertThat(method.maxRun()).isEqualTo(Duration.ofMinutes(10));
  }
}
