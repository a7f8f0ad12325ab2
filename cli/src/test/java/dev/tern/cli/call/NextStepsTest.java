package dev.tern.cli.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.core.transport.HostPort;
import java.util.List;
import org.junit.jupiter.api.Test;

class NextStepsTest {

  private static List<String> ofKey(List<String> params, List<String> callerOptions) {
    return new NextSteps(new HostPort("::1", 7070), "inc", params, callerOptions)
        .of("k-1", List.of("--effect", "once"));
  }

  @Test
  void areCommandLines() {
    assertThat(ofKey(List.of("key=a"), List.of()))
        .containsExactly(
            "to learn what became of it:  tern outcome '[::1]:7070' inc k-1",
            "to go on with it, not twice, while the server remembers: tern call '[::1]:7070' inc key=a --effect once --key k-1");
  }

  @Test
  void areQuotedForAShell() {
    assertThat(ofKey(List.of("{\"key\": \"it's\"}"), List.of()))
        .last()
        .asString()
        .contains(" inc '{\"key\": \"it'\\''s\"}' --effect");
  }

  @Test
  void sayWhoCalls() {
    List<String> options = List.of("--auth-file", "my token", "--meta", "tenant=acme");
    assertThat(ofKey(List.of(), options))
        .containsExactly(
            "to learn what became of it:  tern outcome --auth-file 'my token' --meta tenant=acme"
                + " '[::1]:7070' inc k-1",
            "to go on with it, not twice, while the server remembers: tern call --auth-file 'my token' --meta tenant=acme"
                + " '[::1]:7070' inc --effect once --key k-1");
  }
}
