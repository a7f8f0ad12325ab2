/** Messages of protobuf-java, as params and as results. */
@SuppressWarnings("requires-automatic") // protobuf-java has a name, and no descriptor
module dev.tern.binding.protobuf {
  requires static transitive org.jspecify;
  requires com.google.protobuf;
  requires dev.tern.core;

  exports dev.tern.binding.protobuf to
      dev.tern.core;

  provides dev.tern.core.binding.MessageBinding with
      dev.tern.binding.protobuf.ProtobufBinding;
}
