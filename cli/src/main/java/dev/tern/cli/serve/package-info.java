/** {@code tern serve} and {@code tern demo}: the demo methods, and who serves them. */
@NullMarked
package dev.tern.cli.serve;

import org.jspecify.annotations.NullMarked;
