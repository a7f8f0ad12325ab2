/** {@code tern bench soak}: what a server and its clients hold after a long time. */
@NullMarked
package dev.tern.bench.soak;

import org.jspecify.annotations.NullMarked;
