/** What there is to measure. */
@NullMarked
package dev.tern.bench.driver.workload;

import org.jspecify.annotations.NullMarked;
