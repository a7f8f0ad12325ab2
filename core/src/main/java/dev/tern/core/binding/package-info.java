/**
 * Encoded parameters into typed Java values, results into bytes, strictly: what does not fit is an
 * error that names its path, never a guess.
 */
@NullMarked
package dev.tern.core.binding;

import org.jspecify.annotations.NullMarked;
