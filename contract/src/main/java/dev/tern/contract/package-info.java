/** How Java types travel. Needed only where that is not what their names say. */
@NullMarked
package dev.tern.contract;

import org.jspecify.annotations.NullMarked;
