/** Thrift with a connection for each caller. */
@NullMarked
package dev.tern.bench.thrift;

import org.jspecify.annotations.NullMarked;
