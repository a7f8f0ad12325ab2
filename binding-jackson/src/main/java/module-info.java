/** Values by way of Jackson: beans, what its annotations describe, its trees. */
module dev.tern.binding.jackson {
  requires static transitive org.jspecify;
  requires dev.tern.core;
  requires transitive tools.jackson.databind;

  exports dev.tern.binding.jackson.setup;

  uses dev.tern.binding.jackson.setup.MapperSetup;

  provides dev.tern.core.binding.ForeignBinding.Provider with
      dev.tern.binding.jackson.JacksonProvider;
}
