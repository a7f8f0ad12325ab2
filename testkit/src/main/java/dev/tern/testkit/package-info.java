/**
 * For tests of programs that use Tern: a clock that the test moves, a peer that does what a script
 * says, and a network with faults. The in-memory transport comes with it.
 */
@NullMarked
package dev.tern.testkit;

import org.jspecify.annotations.NullMarked;
