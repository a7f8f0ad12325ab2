/** One trial of the laboratory: a server, a bad network, a client, and what they measured. */
@NullMarked
package dev.tern.bench.lab.trial;

import org.jspecify.annotations.NullMarked;
