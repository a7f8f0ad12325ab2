/** What the connections of both ends need. */
@NullMarked
package dev.tern.core.link;

import org.jspecify.annotations.NullMarked;
