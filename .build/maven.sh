# Sourced by ./build and ./tern, after jdk.sh: runs Maven and shows how far it is.

# "core (3/10)" out of "[INFO] Building Tern core 0.1.0-SNAPSHOT  [3/10]" in log $1.
current_module() {
  sed -n 's/^\[INFO\] Building Tern \(.*\) [0-9][^ ]* *\[\([0-9]*\/[0-9]*\)\]$/\1 (\2)/p' "$1" | tail -n 1
}

# Shows on stream $3 what process $1, whose log is $2, is at: on a terminal one line that changes, else a line a module, unless
# $4 is "quiet". Returns the exit code of the process.
watch_maven() {
  local module shown='' before=$SECONDS
  while kill -0 "$1" 2>/dev/null; do
    module=$(current_module "$2")
    if [ -t "$3" ]; then
      printf '\r\033[K%4ds  %s' $((SECONDS - before)) "$module" >&"$3"
    elif [ "$module" != "$shown" ] && [ "${4:-}" != quiet ]; then
      printf '%4ds  %s\n' $((SECONDS - before)) "$module" >&"$3"
    fi
    shown=$module
    sleep 0.3
  done
  if [ -t "$3" ]; then printf '\r\033[K' >&"$3"; fi
  wait "$1"
}
