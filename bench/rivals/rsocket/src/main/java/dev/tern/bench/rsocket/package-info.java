/** RSocket over TCP. */
@NullMarked
package dev.tern.bench.rsocket;

import org.jspecify.annotations.NullMarked;
