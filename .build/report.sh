# Sourced by ./build: what a person wants to know out of Maven's log.

# What went wrong in log $1, without what went well beside it and without Maven's advice on how to ask Maven again.
what_failed() {
  grep -A 12 -E '^\[ERROR\]|^Error:|There is insufficient memory' "$1" \
    | grep -v -E '^\[INFO\]|^\[ERROR\] *$|\[Help 1\]|[Rr]e-run Maven|full stack trace|For more information about|After correcting|mvn <args>|^--$|\[0m' \
    | sed "s/Run 'mvn spotless:apply'/Run .\/build --format/" \
    | head -n 120
  [ -s "$1" ] && grep -q '^\[ERROR\]' "$1" || tail -n 30 "$1"
}

# What failed in log $1, in the order of the log: "format check of core, tests of cli".
failed_goals() {
  awk '
    /^\[ERROR\] Failed to execute goal / && match($0, / on project tern-[a-z-]+/) {
      module = substr($0, RSTART + length(" on project tern-"), RLENGTH - length(" on project tern-"))
      split($6, part, ":")
      goal = part[2] ":" part[4]
      what = goal == "spotless-maven-plugin:check" ? "format check" \
        : goal == "maven-compiler-plugin:compile" ? "compiling" \
        : goal == "maven-compiler-plugin:testCompile" ? "compiling the tests" \
        : goal == "maven-surefire-plugin:test" ? "tests" : goal
      failed = failed (failed == "" ? "" : ", ") what " of " module
    }
    END { print failed == "" ? "Maven" : failed }' "$1"
}

# A line for each module whose tests ran in log $1, and one with the modules that did not run at all, if there are any.
# Surefire ends a module's tests with a line without "Time elapsed".
tests_of() {
  awk '
    /^\[INFO\] Building Tern/ { module = $4 }
    /Tests run: [0-9]+, Failures: [0-9]+, Errors: [0-9]+, Skipped: [0-9]+ *$/ {
      printf "%-18s %s\n", module, substr($0, index($0, "Tests run:"))
    }
    /^\[INFO\] Tern .* SKIPPED/ { skipped = skipped (skipped == "" ? "" : ", ") $3 }
    END { if (skipped != "") printf "did not run: %s\n", skipped }' "$1"
}

# "3 passed, 1 failed, 0 skipped".
sum_of_tests() {
  awk '
    /Tests run: [0-9]+, Failures: [0-9]+, Errors: [0-9]+, Skipped: [0-9]+ *$/ {
      line = substr($0, index($0, "Tests run:"))
      gsub(/[^0-9]+/, " ", line)
      split(line, n, " ")
      run += n[1]; failed += n[2] + n[3]; skipped += n[4]
    }
    END { printf "%d passed, %d failed, %d skipped\n", run - failed - skipped, failed, skipped }' "$1"
}
