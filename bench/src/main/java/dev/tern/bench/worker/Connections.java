package dev.tern.bench.worker;

import dev.tern.bench.contender.Call;
import dev.tern.bench.contender.ClientSide;
import dev.tern.bench.contender.Connection;
import dev.tern.bench.contender.Work;
import java.util.ArrayList;
import java.util.List;

/** The connections that are open. For one thread. */
final class Connections {
  private final ClientSide client;
  private final List<Connection> open = new ArrayList<>();

  Connections(ClientSide client) {
    this.client = client;
  }

  /** Opens or closes some, until there are so many; prepares a call on each. */
  List<Call> calls(int connections, Work work) throws Exception {
    while (open.size() > connections) {
      open.removeLast().close();
    }
    while (open.size() < connections) {
      open.add(client.connect());
    }
    List<Call> calls = new ArrayList<>();
    for (Connection connection : open) {
      calls.add(connection.call(work));
    }
    return calls;
  }

  /** Opens or closes some, until there are so many; those that are new make one call. */
  void idle(int connections) throws Exception {
    int before = open.size();
    List<Call> calls = calls(connections, Work.ADD);
    for (int i = before; i < calls.size(); i++) {
      calls.get(i).run();
    }
  }
}
