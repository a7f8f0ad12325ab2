package dev.tern.bench.contender;

import java.util.List;
import java.util.stream.IntStream;

/** A nested record; the sample is 1 KiB of JSON. */
public record Order(
    long id, String customer, boolean paid, double total, Address address, List<Item> items) {

  /** Where it goes. */
  public record Address(String street, String city, String zip, String country) {}

  /** What goes there. */
  public record Item(String sku, String title, int quantity, double price) {}

  /** What is echoed. */
  public static final Order SAMPLE =
      new Order(
          7_340_112_957L,
          "Ada Lovelace",
          true,
          1_243.75,
          new Address("12 St James's Square", "London", "SW1Y 4JH", "United Kingdom"),
          List.of(
              new Item("BRS-0001", "Brass cog wheel, forty teeth, quarter inch bore", 24, 12.5),
              new Item("BRS-0002", "Brass cog wheel, sixty teeth, quarter inch bore", 12, 17.25),
              new Item("STL-0417", "Steel shaft, polished, quarter inch, three feet long", 6, 21.5),
              new Item("CRD-1804", "Punched cards, stiff board, box of five hundred", 3, 48.0),
              new Item("OIL-0003", "Clock oil, finest grade, two ounces, glass bottle", 2, 9.75),
              new Item("LMP-0110", "Reading lamp with a green shade and a spare wick", 1, 63.25),
              new Item("INK-0042", "Printing ink, black, for the difference engine", 4, 18.5),
              new Item("PPR-0099", "Paper roll for the printing part, two hundred feet", 2, 31.0)));

  /** The same with 500 items: 64 KiB of JSON. */
  public static final Order LARGE =
      new Order(
          SAMPLE.id(),
          SAMPLE.customer(),
          SAMPLE.paid(),
          SAMPLE.total(),
          SAMPLE.address(),
          IntStream.range(0, 500).mapToObj(i -> SAMPLE.items().get(i % 8)).toList());
}
