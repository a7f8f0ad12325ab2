/** Values in MessagePack, a compact binary form of what JSON says. */
@SuppressWarnings("module") // core is built later
module dev.tern.codec.msgpack {
  requires static transitive org.jspecify;
  requires transitive dev.tern.protocol;

  exports dev.tern.codec.msgpack to
      dev.tern.core;

  provides dev.tern.protocol.value.Encoding with
      dev.tern.codec.msgpack.MessagePackEncoding;
}
