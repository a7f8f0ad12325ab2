/** What the races of all packages need. */
@NullMarked
package dev.tern.races;

import org.jspecify.annotations.NullMarked;
