/**
 * What only the framework may do with the public types. Not exported: a guard against mistakes, not
 * against malice.
 */
@NullMarked
package dev.tern.core.access;

import org.jspecify.annotations.NullMarked;
