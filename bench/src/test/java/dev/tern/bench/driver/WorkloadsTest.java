package dev.tern.bench.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.bench.driver.workload.Workload;
import dev.tern.bench.driver.workload.Workload.Closed;
import dev.tern.bench.driver.workload.Workloads;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkloadsTest {
  @Test
  void eachHasAnIdOfItsOwn() {
    assertThat(Workloads.comparison(10_000).stream().map(Workload::id)).doesNotHaveDuplicates();
  }

  @Test
  void theBarsFindTheirWorkloads() {
    assertThat(Workloads.comparison(10_000).stream().map(Workload::id))
        .contains("add-1", "add-64", "add-512", "echo-1m", "idle", "server-alone");
  }

  @Test
  void rivalsTakePartInThoseForAll() {
    List<String> forAll =
        Workloads.comparison(10_000).stream().filter(Workload::isForAll).map(Workload::id).toList();
    assertThat(forAll).containsExactly("add-1", "add-64", "add-512", "order-64");
  }

  @Test
  void oneCallerIsNotPlural() {
    assertThat(Workloads.add(1).title()).isEqualTo("add, 1 caller, one connection");
  }

  @Test
  void coursesHaveTheirOwnRounds() {
    assertThat(Settings.FULL.roundsOf(Workloads.add(1))).isEqualTo(5);
    Workload inFlight =
        Workloads.comparison(10_000).stream()
            .filter(one -> one instanceof Closed && one.id().equals("in-flight-10"))
            .findFirst()
            .orElseThrow();
    assertThat(Settings.FULL.roundsOf(inFlight)).isEqualTo(3);
  }
}
