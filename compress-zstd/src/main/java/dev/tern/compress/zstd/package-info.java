/** Compression of payloads by zstd. */
@NullMarked
package dev.tern.compress.zstd;

import org.jspecify.annotations.NullMarked;
