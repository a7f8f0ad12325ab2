/** SOFA bolt with hessian. */
@NullMarked
package dev.tern.bench.bolt;

import org.jspecify.annotations.NullMarked;
