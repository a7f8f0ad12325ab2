/** Who may call a server: what finds that out, and a file of tokens that does so. */
@NullMarked
package dev.tern.core.auth;

import org.jspecify.annotations.NullMarked;
