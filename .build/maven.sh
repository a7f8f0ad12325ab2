# Sourced by ./build and ./tern, after jdk.sh: runs Maven and shows how far it is.

# Two builds in one folder must not run at once: waits until it may, and says so unless that is over in a moment. File 9 is open
# for writing on target/tern-build.lock.
take_build_lock() {
  command -v flock >/dev/null 2>&1 || return 0
  flock -n 9 && return 0
  flock -w 0.5 9 2>/dev/null && return 0 # one that does not know -w has not waited
  echo "another build runs in this folder; waiting for its end …" >&2
  flock 9
}

# "core (3/10)" out of "[INFO] Building Tern core 0.1.0-SNAPSHOT  [3/10]" in log $1, behind its first $log_before bytes.
current_module() {
  tail -c "+$((${log_before:-0} + 1))" "$1" | sed -n 's/^\[INFO\] Building Tern \(.*\) [0-9][^ ]* *\[\([0-9]*\/[0-9]*\)\]$/\1 (\2)/p' | tail -n 1
}

# Shows on stream $3 what process $1, whose log is $2, is at: on a terminal one line that changes, else a line a module, unless
# $4 is "quiet". Returns the exit code of the process.
watch_maven() {
  local shown='' before=$SECONDS
  while kill -0 "$1" 2>/dev/null; do
    show_module "$2" "$3" "${4:-}"
    sleep 0.3
  done
  show_module "$2" "$3" "${4:-}" # it may have ended before the first look, or entered a module since the last one
  if [ -t "$3" ]; then printf '\r\033[K' >&"$3"; fi
  wait "$1"
}

# Shows the module that log $1 is at on stream $2. "shown" is the one that was shown last, "before" when the watch began.
show_module() {
  local module
  module=$(current_module "$1")
  if [ -t "$2" ]; then
    printf '\r\033[K%4ds  %s' $((SECONDS - before)) "$module" >&"$2"
  elif [ "$module" != "$shown" ] && [ "$3" != quiet ]; then
    printf '%4ds  %s\n' $((SECONDS - before)) "$module" >&"$2"
  fi
  shown=$module
}
