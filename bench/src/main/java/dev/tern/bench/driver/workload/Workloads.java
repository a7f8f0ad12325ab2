package dev.tern.bench.driver.workload;

import dev.tern.bench.contender.Work;
import dev.tern.bench.driver.workload.Workload.Closed;
import dev.tern.bench.driver.workload.Workload.Fed;
import dev.tern.bench.driver.workload.Workload.Idle;
import dev.tern.bench.driver.workload.Workload.Open;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What there is to measure. */
public final class Workloads {
  private static final int MANY = 512;

  private Workloads() {}

  /**
   * The comparison's, in the order in which they run.
   *
   * @param idle how many connections are idle
   */
  public static List<Workload> comparison(int idle) {
    List<Workload> all = new ArrayList<>();
    for (int callers : List.of(1, 64, MANY)) {
      all.add(add(callers));
    }
    all.add(
        new Closed(
            "order-64",
            "echo of a nested 1 KiB record, 64 callers, one connection",
            true,
            Work.ECHO_ORDER,
            64,
            1,
            true));
    all.add(
        new Closed(
            "connections-16", "add, 512 callers, 16 connections", false, Work.ADD, MANY, 16, true));
    all.add(
        new Closed(
            "echo-64k",
            "echo of 64 KiB, 64 callers, one connection",
            false,
            Work.ECHO_64K,
            64,
            1,
            true));
    all.add(
        new Closed(
            "echo-1m",
            "echo of 1 MiB, 4 callers, one connection",
            false,
            Work.ECHO_1M,
            4,
            1,
            true));
    for (int percent : List.of(25, 50, 75)) {
      all.add(
          new Open(
              "rate-" + percent,
              "add by the clock at " + percent + " % of each one's own peak, one connection",
              percent / 100.0));
    }
    for (int callers : List.of(1, 10, 100, 1_000, 10_000)) {
      all.add(
          new Closed(
              "in-flight-" + callers,
              String.format(Locale.ROOT, "add, %,d in flight, one connection", callers),
              false,
              Work.ADD,
              callers,
              1,
              callers > MANY));
    }
    String title =
        String.format(Locale.ROOT, "%,d idle connections (threads transport: 500)", idle);
    all.add(new Idle("idle", title, idle, 500));
    all.add(new Fed("server-alone", "a server alone, fed by a generator, 512 in flight", MANY));
    return all;
  }

  /** What is measured if it is asked for by its id. */
  public static List<Workload> further() {
    return List.of(
        new Closed(
            "order-512",
            "echo of a nested 1 KiB record, 512 callers, one connection",
            false,
            Work.ECHO_ORDER,
            MANY,
            1,
            true),
        new Closed(
            "large-order-64",
            "echo of a record with 500 items, 64 KiB, 64 callers, one connection",
            false,
            Work.ECHO_LARGE_ORDER,
            64,
            1,
            true),
        new Closed(
            "bytes-1m",
            "echo of 1 MiB of bytes, 4 callers, one connection",
            false,
            Work.ECHO_BYTES,
            4,
            1,
            true),
        new Closed(
            "hundred-1",
            "a hundred adds of one caller, which count as one call; one connection",
            false,
            Work.HUNDRED_ADDS,
            1,
            1,
            true),
        new Closed(
            "fresh-8",
            "a connection for each call of add, 8 callers",
            true,
            Work.ADD,
            8,
            Closed.FRESH,
            true));
  }

  /** One call for all, with so many callers. */
  public static Workload add(int callers) {
    return new Closed(
        "add-" + callers,
        "add, " + callers + (callers == 1 ? " caller" : " callers") + ", one connection",
        true,
        Work.ADD,
        callers,
        1,
        false);
  }
}
