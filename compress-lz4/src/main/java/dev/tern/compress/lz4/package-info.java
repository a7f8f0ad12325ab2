/** Compression of payloads by LZ4, in its frame format. */
@NullMarked
package dev.tern.compress.lz4;

import org.jspecify.annotations.NullMarked;
