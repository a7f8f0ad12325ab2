/** What tests of Tern, and of programs that use it, need. */
@NullMarked
package dev.tern.testkit;

import org.jspecify.annotations.NullMarked;
