package dev.tern.bench.link;

import dev.tern.bench.contender.Order;
import dev.tern.bench.contender.Order.Address;
import dev.tern.bench.contender.Order.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Orders of about 1 KiB each in JSON, each another one: what compresses as real ones do. */
public final class SeededOrders {
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";

  private SeededOrders() {}

  /** So many orders; a seed always gives the same. */
  public static List<Order> draw(int orders, long seed) {
    Random random = new Random(seed);
    List<Order> list = new ArrayList<>();
    for (int i = 0; i < orders; i++) {
      list.add(order(random));
    }
    return list;
  }

  private static Order order(Random random) {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      items.add(
          new Item(
              word(random, 3) + "-" + random.nextInt(100_000),
              word(random, 6) + " " + word(random, 9),
              1 + random.nextInt(9),
              random.nextInt(100_000) / 100.0));
    }
    Address address =
        new Address(
            word(random, 8) + " " + random.nextInt(200),
            word(random, 7),
            String.valueOf(10_000 + random.nextInt(90_000)),
            word(random, 2));
    return new Order(
        random.nextLong(1L << 40),
        word(random, 6) + " " + word(random, 8),
        random.nextBoolean(),
        random.nextInt(1_000_000) / 100.0,
        address,
        items);
  }

  private static String word(Random random, int letters) {
    StringBuilder word = new StringBuilder(letters);
    for (int i = 0; i < letters; i++) {
      word.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return word.toString();
  }
}
