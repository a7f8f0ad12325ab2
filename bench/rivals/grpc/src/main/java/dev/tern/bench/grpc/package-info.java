/** grpc-java, as it comes and with directExecutor. */
@NullMarked
package dev.tern.bench.grpc;

import org.jspecify.annotations.NullMarked;
