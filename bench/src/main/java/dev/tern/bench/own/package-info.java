/** Tern itself, and the bare Netty echo that is its limit. */
@NullMarked
package dev.tern.bench.own;

import org.jspecify.annotations.NullMarked;
