package dev.tern.core.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.limit.ConcurrencyLimit;
import dev.tern.core.observe.Tally;
import dev.tern.core.server.admission.Ticket.Answer;
import dev.tern.core.transport.Connection;
import dev.tern.core.transport.TlsPeer;
import dev.tern.protocol.session.ServerCall;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one caller leaves to others of a limit, and who is one caller. */
final class FairShareTest {
  private static final String ONE = "192.0.2.1";
  private static final String ANOTHER = "192.0.2.2";

  private final Tally tally = new Tally();
  private final Gates gates = new Gates(100_000, new ByteBudget(1 << 20), tally);
  private final Places places = places(ConcurrencyLimit.fixed(10).queue(10));
  private final List<String> promoted = new ArrayList<>();

  private Places places(ConcurrencyLimit limit) {
    return new Places(limit, "a test", tally, 0);
  }

  /** A call on a connection of its own, which stays open. */
  private Ticket ticket(String from) {
    Admission admission = Calls.connectionFrom(gates, from);
    ServerCall call = Calls.call();
    assertThat(admission.admit(call, List.of(), 0)).isNull();
    return admission.ticket(List.of(places), call, () -> promoted.add(from));
  }

  private Answer enter(String from) {
    return ticket(from).enter(0);
  }

  private List<Ticket> admitted(String from, int calls) {
    List<Ticket> tickets = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      Ticket ticket = ticket(from);
      assertThat(ticket.enter(0)).as("call %s", i).isEqualTo(Answer.ADMITTED);
      tickets.add(ticket);
    }
    return tickets;
  }

  @Test
  void nobodyHoldsMoreThanNineTenthsOfTheRunningPlaces() {
    var _ = admitted(ONE, 9);
    assertThat(enter(ONE)).isEqualTo(Answer.WAITS);
    assertThat(places.running()).isEqualTo(9);
  }

  @Test
  void whoComesBesideHimHasTheRest() {
    var _ = admitted(ONE, 9);
    var _ = enter(ONE);
    assertThat(enter(ANOTHER)).isEqualTo(Answer.ADMITTED);
    assertThat(enter(ANOTHER)).isEqualTo(Answer.WAITS);
  }

  @Test
  void nobodyHoldsMoreThanNineTenthsOfTheQueue() {
    var _ = admitted(ONE, 9);
    for (int i = 0; i < 9; i++) {
      assertThat(enter(ONE)).isEqualTo(Answer.WAITS);
    }
    assertThat(enter(ONE)).isEqualTo(Answer.REFUSED);
    assertThat(enter(ANOTHER)).isEqualTo(Answer.ADMITTED);
    assertThat(enter(ANOTHER)).as("the last tenth of the queue").isEqualTo(Answer.WAITS);
  }

  @Test
  void aPlaceThatHeMayNotHaveGoesToWhoWaitsBehindHim() {
    var _ = admitted(ONE, 9);
    Ticket others = ticket(ANOTHER);
    assertThat(others.enter(0)).isEqualTo(Answer.ADMITTED);
    var _ = enter(ONE);
    var _ = enter(ANOTHER);
    others.leave(0);
    assertThat(promoted).containsExactly(ANOTHER);
  }

  @Test
  void aPlaceThatHeLeavesGoesToWhoCameFirst() {
    List<Ticket> his = admitted(ONE, 9);
    var _ = admitted(ANOTHER, 1);
    var _ = enter(ONE);
    var _ = enter(ANOTHER);
    his.getFirst().leave(0);
    assertThat(promoted).containsExactly(ONE);
  }

  @Test
  void allHisConnectionsAreOneCaller() {
    var _ = admitted(ONE, 9); // on nine connections
    assertThat(enter(ONE)).isEqualTo(Answer.WAITS);
  }

  @Test
  void whoDisconnectsAndComesBackHasNoNewShareWhileHisCallsRun() {
    Admission admission = Calls.connectionFrom(gates, ONE);
    for (int i = 0; i < 9; i++) {
      ServerCall call = Calls.call();
      assertThat(admission.admit(call, List.of(), 0)).isNull();
      assertThat(admission.ticket(List.of(places), call, () -> {}).enter(0))
          .isEqualTo(Answer.ADMITTED);
    }
    admission.closed();
    assertThat(enter(ONE)).isEqualTo(Answer.WAITS);
  }

  @Test
  void oneCallMayAlwaysRun() {
    Places single = places(ConcurrencyLimit.fixed(1).queue(1));
    Admission admission = Calls.connectionFrom(gates, ONE);
    assertThat(admission.ticket(List.of(single), Calls.call(), () -> {}).enter(0))
        .isEqualTo(Answer.ADMITTED);
    assertThat(admission.ticket(List.of(single), Calls.call(), () -> {}).enter(0))
        .isEqualTo(Answer.WAITS);
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1, true",
    "192.0.2.1, 192.0.2.2, false",
    "2001:db8:0:1::1, 2001:db8:0:1:ffff::2, true",
    "2001:db8:0:1::1, 2001:db8:0:2::1, false",
    "::ffff:192.0.2.1, 192.0.2.1, true",
  })
  void aCallerIsAnAddressOrANetworkOfIpv6(String one, String other, boolean same) {
    Object name = Caller.nameOf(Calls.address(one));
    assertThat(name.equals(Caller.nameOf(Calls.address(other)))).isEqualTo(same);
  }

  @Test
  void aCertificateIsOneCallerWhereverItComesFrom() {
    Object here = Caller.nameOf(connection("127.0.0.1", "tls:a"));

    assertThat(Caller.nameOf(connection("10.0.0.1", "tls:a"))).isEqualTo(here);
    assertThat(Caller.nameOf(connection("127.0.0.1", "tls:b"))).isNotEqualTo(here);
    assertThat(Caller.nameOf(connection("127.0.0.1", null)))
        .isEqualTo(Caller.nameOf(Calls.address("127.0.0.1")));
  }

  private static Connection connection(String literal, @Nullable String name) {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (_, method, _) ->
                method.getName().equals("tls")
                    ? new TlsPeer("TLSv1.3", name)
                    : Calls.address(literal));
  }
}
