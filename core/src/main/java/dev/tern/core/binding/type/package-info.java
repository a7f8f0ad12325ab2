/**
 * What Java's types say of themselves before there are values: which travel, and how they are
 * named.
 */
@NullMarked
package dev.tern.core.binding.type;

import org.jspecify.annotations.NullMarked;
