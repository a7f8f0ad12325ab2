package dev.tern.core.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tern.protocol.Dialect;
import dev.tern.protocol.Id;
import dev.tern.protocol.Meta;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OperationKeysTest {
  private static final String UUID = "6f0c1a52-93b4-4d6e-8a70-0123456789ab";
  private static final Meta KEYED = Meta.NONE.with(Meta.KEY, "a key of the caller's");

  @Test
  void theUuidOfABareCall() {
    assertThat(OperationKeys.of(Dialect.BARE, new Id.Text(UUID), Meta.NONE)).isEqualTo(UUID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
        "6F0C1A52-93B4-4D6E-8A70-0123456789AB",
        "6f0c1a52-93b4-4d6e-8a70-0123456789aB",
        "6f0c1a5293b44d6e8a700123456789ab",
        "{6f0c1a52-93b4-4d6e-8a70-0123456789ab}",
        "6f0c1a52-93b4-4d6e-8a70-0123456789a",
        "6f0c1a52-93b4-4d6e-8a70-0123456789abc",
        "6f0c1a52-93b4-4d6e-8a70-0123456789ag",
        "6f0c1a52093b4-4d6e-8a70-0123456789ab",
        "6f0c1a5-293b4-4d6e-8a70-0123456789ab",
        "------------------------------------",
        "6f0c1a52-93b4-4d6e-8a70-0123456789٣b",
        " f0c1a52-93b4-4d6e-8a70-0123456789ab",
        "1",
        ""
      })
  void noOtherIdOfABareCall(String id) {
    assertThat(OperationKeys.of(Dialect.BARE, new Id.Text(id), Meta.NONE)).isNull();
  }

  @Test
  void noNumber() {
    assertThat(OperationKeys.of(Dialect.BARE, new Id.Number(1), Meta.NONE)).isNull();
  }

  @Test
  void theIdOfAnotherDialectNever() {
    assertThat(OperationKeys.of(Dialect.V1, new Id.Text(UUID), Meta.NONE)).isNull();
    assertThat(OperationKeys.of(Dialect.JSONRPC, new Id.Text(UUID), Meta.NONE)).isNull();
    assertThat(OperationKeys.ofBare(Dialect.V1, new Id.Text(UUID))).isNull();
  }

  @Test
  void theKeyThatIsSaid() {
    assertThat(OperationKeys.of(Dialect.V1, new Id.Number(1), KEYED))
        .isEqualTo("a key of the caller's");
  }

  @Test
  void theKeyOfANotification() {
    assertThat(OperationKeys.of(Dialect.V1, null, KEYED)).isEqualTo("a key of the caller's");
  }
}
