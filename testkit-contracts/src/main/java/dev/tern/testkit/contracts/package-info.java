/** The contract that every transport must pass. */
@NullMarked
package dev.tern.testkit.contracts;

import org.jspecify.annotations.NullMarked;
