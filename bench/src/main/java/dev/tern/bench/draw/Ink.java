package dev.tern.bench.draw;

import java.util.List;

/**
 * How a line or a bar is drawn.
 *
 * @param colour as CSS writes it; to be seen on a light and on a dark ground
 */
public record Ink(String colour, boolean isDashed) {
  private static final List<String> SERIES =
      List.of("#0b8f83", "#3f6fd8", "#e0643c", "#a05bd6", "#e0a020", "#d6609f", "#5a9e2f");

  /** The n-th of a series, from 0, in which neighbours are told apart. */
  public static Ink nth(int n) {
    return new Ink(SERIES.get(Math.floorMod(n, SERIES.size())), n >= SERIES.size());
  }
}
