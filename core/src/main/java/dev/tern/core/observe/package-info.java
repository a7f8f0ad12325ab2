/** What is counted and logged of calls and peers. */
@NullMarked
package dev.tern.core.observe;

import org.jspecify.annotations.NullMarked;
