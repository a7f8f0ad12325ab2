package dev.tern.conformance;

import dev.tern.core.RpcFixture;
import dev.tern.core.transport.Transport;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A subject that runs once with each {@link TestTransport}. */
@ParameterizedClass(name = "{0}")
@EnumSource(TestTransport.class)
abstract class EveryTransport extends RpcFixture {
  @Parameter TestTransport kind;

  @Override
  protected Transport newTransport() {
    return kind.create();
  }
}
