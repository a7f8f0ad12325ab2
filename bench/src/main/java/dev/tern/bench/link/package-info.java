/** Compression where it is meant to pay: on a link that is narrow, and beside others. */
@NullMarked
package dev.tern.bench.link;

import org.jspecify.annotations.NullMarked;
