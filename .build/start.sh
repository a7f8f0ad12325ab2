# Sourced by ./tern: how a command that soon ends starts fast. Needs JAVA_HOME, tern_root and the array "options".

# Adds to "options" and sets "class_path". What each part saves, of 0.7 s of processor for one `tern call` without any of it:
# the small collector and C1 alone 0.1 s, the cache 0.2 s, compiling later 0.1 s, picocli on the boot class path 0.07 s (its
# class files are of Java 5: no cache takes them, and they are slow to verify, which the boot class path is exempt from).
start_fast() {
  local jar jars boot=()
  class_path=''
  jars_of_dist
  for jar in "${jars[@]}"; do
    case "$jar" in
      */picocli-*) boot=("-Xbootclasspath/a:$jar") ;;
      *) class_path=$class_path${class_path:+:}$jar ;;
    esac
  done
  options+=(-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:CompileThresholdScaling=10 "${boot[@]}")
  prepare_cache
  if [ "${TERN_AOT_CACHE:-on}" != off ] && [ -s "$tern_root/dist/start.aot" ]; then
    # A cache that the JVM cannot use is no news for who calls: it starts without.
    options+=("-XX:AOTCache=$tern_root/dist/start.aot" '-Xlog:aot*=off:stderr' '-Xlog:cds*=off:stderr')
  fi
}

# The JVM accepts a cache only with the class path that it was made with: the same order in every locale, so.
jars_of_dist() {
  local LC_ALL=C
  jars=("$tern_root"/dist/*.jar)
}

# Makes dist/start.aot, the ahead-of-time cache, unless it was made already (or could not be made) for these options, these
# jars and this JDK: dist/start.for says for which.
prepare_cache() {
  local cache="$tern_root/dist/start.aot" made_for="$tern_root/dist/start.for" log="$tern_root/target/start.log" jdk='' wanted
  [ -w "$tern_root/dist" ] || return 0
  IFS= read -r -d '' jdk <"$JAVA_HOME/release" # no end is found: the whole file is read
  wanted="$JAVA_HOME ${options[*]} $class_path $jdk"
  is_prepared && return 0
  mkdir -p "$tern_root/target"
  (
    # A build may hold it for minutes: whoever calls starts without the cache, and need not wait.
    if command -v flock >/dev/null 2>&1; then flock -n 9 || exit 0; fi
    is_prepared && exit 0
    if [ -t 2 ]; then echo "preparing a fast start …" >&2; fi
    rm -f "$cache" "$cache.new"
    # Java runs the program once and writes down what it has loaded and how.
    if "$JAVA_HOME/bin/java" "${options[@]}" "-XX:AOTCacheOutput=$cache.new" -cp "$class_path" dev.tern.cli.Rehearsal \
      >"$log" 2>&1 </dev/null 9>&-; then
      mv -f "$cache.new" "$cache" 2>>"$log"
    fi
    printf '%s' "$wanted" >"$made_for"
  ) 9>"$tern_root/target/tern-build.lock"
}

is_prepared() {
  local jar found=''
  [ -e "$made_for" ] || return 1
  IFS= read -r -d '' found <"$made_for"
  [ "$found" = "$wanted" ] || return 1
  for jar in "${jars[@]}"; do
    if [ "$jar" -nt "$made_for" ]; then return 1; fi
  done
}
