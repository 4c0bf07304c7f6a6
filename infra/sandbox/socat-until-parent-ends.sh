#!/bin/sh
# socat, ended with the process that started it: one that was killed cannot end it. In a session of its own, for Ctrl-C is meant for
# that process, which needs it until it has stopped. Where the system knows no such thing, socat alone.
if setpriv --pdeathsig TERM setsid true 2>/dev/null; then exec setpriv --pdeathsig TERM setsid socat "$@"; fi
exec socat "$@"
