/** What a client does with bearer tokens. */
@NullMarked
package dev.tern.core.client.auth;

import org.jspecify.annotations.NullMarked;
