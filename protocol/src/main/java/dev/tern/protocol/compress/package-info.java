/** Compression of whole payloads: the seam, its bounds, and gzip, which the JDK brings. */
@NullMarked
package dev.tern.protocol.compress;

import org.jspecify.annotations.NullMarked;
