#!/bin/sh
# Runs workerd under Miniflare, with the two things that it lacks (see runtime.ts):
# - it dies with the launcher, however that ends: descriptor 3, Miniflare's control pipe, is a socket
#   whose other end only the launcher holds, so its end of file is the launcher's end;
# - TERM lets it finish the requests in flight; meanwhile this process stays, so that Miniflare does not
#   take the end of workerd for a crash and start another.
# Tells its own process id and workerd's in the file $LULL_RUNTIME_PIDS.

# Miniflare writes the configuration to stdin, which a shell takes away from background jobs.
exec 4<&0
"$LULL_WORKERD" "$@" <&4 4<&- &
workerd=$!
exec 4<&- </dev/null
trap 'draining=yes; kill -TERM "$workerd"' TERM
# Ctrl-C reaches the whole group; the launcher decides what becomes of it.
trap '' INT
echo "$$ $workerd" > "$LULL_RUNTIME_PIDS"

(
  trap '' TERM
  read -r _ <&3
  kill -KILL "$workerd" "$$"
) >/dev/null 2>&1 &
watcher=$!

# A signal ends `wait` early.
while wait "$workerd"; status=$?; kill -0 "$workerd" 2>/dev/null; do :; done
[ -z "$draining" ] || read -r _ <&3
kill -KILL "$watcher"
exit "$status"
