/** What a server says that it offers. */
@NullMarked
package dev.tern.cli.offer;

import org.jspecify.annotations.NullMarked;
