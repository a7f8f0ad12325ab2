/**
 * Binds what Tern's core does not: beans, classes that Jackson's annotations describe, its trees.
 */
@NullMarked
package dev.tern.binding.jackson;

import org.jspecify.annotations.NullMarked;
