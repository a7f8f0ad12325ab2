/** Starts the JVMs and runs the workloads in turn. */
@NullMarked
package dev.tern.bench.driver;

import org.jspecify.annotations.NullMarked;
