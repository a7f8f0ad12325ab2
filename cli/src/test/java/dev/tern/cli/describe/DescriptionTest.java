package dev.tern.cli.describe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.cli.offer.Offer;
import java.util.List;
import org.junit.jupiter.api.Test;

class DescriptionTest {
  @Test
  void messagesOfProtobufHaveTheirNameAndNoExample() {
    String document =
        """
        {"methods": [{"name": "m", "x-effect": "READ", "params": [],
          "x-params": {"x-message": "my.Order", "x-encoding": "protobuf"},
          "result": {"schema": {"x-message": "my.Receipt", "x-encoding": "protobuf"}}}]}
        """;
    Description description =
        new Description(Offer.of(document.getBytes(UTF_8)), List.of("HOST:1"));

    assertThat(description.of("m"))
        .containsExactly(
            "m",
            "",
            "effect: READ",
            "params: message my.Order",
            "result: message my.Receipt",
            "",
            "example:",
            "  none: a message of protobuf is sent by programs");
  }
}
