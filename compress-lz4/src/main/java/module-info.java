/** Compression of payloads by LZ4. */
@SuppressWarnings("module") // the name of the format ends with a digit
module dev.tern.compress.lz4 {
  requires static transitive org.jspecify;
  requires transitive dev.tern.protocol;
  requires org.lz4.java;

  provides dev.tern.protocol.compress.Compression with
      dev.tern.compress.lz4.Lz4;
}
