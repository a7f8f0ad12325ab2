/** The command certs. */
@NullMarked
package dev.tern.cli.certs;

import org.jspecify.annotations.NullMarked;
