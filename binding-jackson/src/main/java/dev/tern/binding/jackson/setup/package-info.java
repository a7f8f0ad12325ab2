/** How an application adds to the way in which Jackson is set up. */
@NullMarked
package dev.tern.binding.jackson.setup;

import org.jspecify.annotations.NullMarked;
