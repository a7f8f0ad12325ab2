package dev.tern.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.transport.Connection;
import org.junit.jupiter.api.Test;

final class ConnectionsTest {

  private final Connections connections = new Connections();

  @Test
  void nobodyLingersWhenAllPlacesAreTaken() {
    takeAllPlaces();

    assertThat(connections.beginLingering()).isFalse();
  }

  @Test
  void aPlaceThatIsGivenBackCanBeTakenAgain() {
    takeAllPlaces();
    assertThat(connections.beginLingering()).isFalse();

    connections.endLingering();

    assertThat(connections.beginLingering()).isTrue();
  }

  private void takeAllPlaces() {
    for (int i = 0; i < Connection.MAX_LINGERING; i++) {
      assertThat(connections.beginLingering()).isTrue();
    }
  }
}
