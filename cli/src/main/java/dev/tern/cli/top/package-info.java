/** {@code tern top}: shows what a server does, live. */
@NullMarked
package dev.tern.cli.top;

import org.jspecify.annotations.NullMarked;
