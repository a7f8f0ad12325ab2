package dev.tern.binding.jackson;

import dev.tern.core.binding.ForeignBinding;
import dev.tern.protocol.Limits;

/** How the core finds this module. It needs no call of a user's. */
@SuppressWarnings("exports") // the seam of the core is none of users
public final class JacksonProvider implements ForeignBinding.Provider {
  /** For {@link java.util.ServiceLoader}. */
  public JacksonProvider() {}

  @Override
  public ForeignBinding create(boolean refusesUnknown, boolean writesDeclared, Limits limits) {
    return new JacksonBinding(refusesUnknown, writesDeclared, limits);
  }
}
