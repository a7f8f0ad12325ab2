/** Messages and values in protobuf, by the schema in {@code tern.proto}. */
@SuppressWarnings("module") // core is built later
module dev.tern.codec.protobuf {
  requires static transitive org.jspecify;
  requires transitive dev.tern.protocol;

  exports dev.tern.codec.protobuf to
      dev.tern.core;

  provides dev.tern.protocol.value.Encoding with
      dev.tern.codec.protobuf.ProtobufEncoding;
}
