/** Dubbo with its own protocol. */
@NullMarked
package dev.tern.bench.dubbo;

import org.jspecify.annotations.NullMarked;
