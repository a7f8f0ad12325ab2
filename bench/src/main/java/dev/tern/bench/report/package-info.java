/** Results: the table, the JSON, the page, the bars. */
@NullMarked
package dev.tern.bench.report;

import org.jspecify.annotations.NullMarked;
