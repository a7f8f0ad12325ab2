/** What a system brings to be measured. */
@NullMarked
package dev.tern.bench.contender;

import org.jspecify.annotations.NullMarked;
