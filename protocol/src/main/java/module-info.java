/** The protocol without any I/O. */
@SuppressWarnings("module") // modules that are built later
module dev.tern.protocol {
  requires static transitive org.jspecify;

  exports dev.tern.protocol;
  exports dev.tern.protocol.json to
      dev.tern.binding.jackson,
      dev.tern.codec.msgpack,
      dev.tern.codec.protobuf,
      dev.tern.core;
  exports dev.tern.protocol.compress to
      dev.tern.compress.lz4,
      dev.tern.compress.zstd,
      dev.tern.core;
  exports dev.tern.protocol.frame to
      dev.tern.core;
  exports dev.tern.protocol.envelope to
      dev.tern.core;
  exports dev.tern.protocol.value;
  exports dev.tern.protocol.peer to
      dev.tern.core;
  exports dev.tern.protocol.session to
      dev.tern.core;
}
