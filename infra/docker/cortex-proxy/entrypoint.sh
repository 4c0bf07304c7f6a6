#!/bin/sh
# With DEBUG_SHOW_BROWSER=true: a display that a person looks at through noVNC (port 6080), to sign in by hand. Then Cortex takes over.
set -eu
cd /app
if [ "${DEBUG_SHOW_BROWSER:-false}" = true ]; then
  if [ -z "${CORTEX_VNC_PASSWORD:-}" ]; then
    echo "cortex-proxy: DEBUG_SHOW_BROWSER=true shows a signed-in browser: set CORTEX_VNC_PASSWORD, of which VNC reads 8 characters" >&2
    exit 2
  fi
  (umask 077 && printf '%s\n' "$CORTEX_VNC_PASSWORD" >/tmp/vnc-password)
  unset CORTEX_VNC_PASSWORD
  Xvfb "$DISPLAY" -screen 0 1500x1080x24 -nolisten tcp &
  x11vnc -display "WAIT$DISPLAY" -localhost -rfbport 5900 -passwdfile /tmp/vnc-password -forever -shared -loop -quiet >/tmp/x11vnc.log 2>&1 &
  node infra/docker/cortex-proxy/novnc.mjs &
fi
exec node cli/main.ts "$@"
