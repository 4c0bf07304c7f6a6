#!/bin/sh
# socat, ended with the process that started it: one that was killed cannot end it. Where the system knows no such thing, socat alone.
if setpriv --pdeathsig TERM true 2>/dev/null; then exec setpriv --pdeathsig TERM socat "$@"; fi
exec socat "$@"
