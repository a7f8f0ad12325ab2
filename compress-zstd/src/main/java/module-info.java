/** Compression of payloads by zstd. */
module dev.tern.compress.zstd {
  requires static transitive org.jspecify;
  requires transitive dev.tern.protocol;
  requires com.github.luben.zstd_jni;

  provides dev.tern.protocol.compress.Compression with
      dev.tern.compress.zstd.Zstd;
}
