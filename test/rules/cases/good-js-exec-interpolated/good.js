const { execFileSync } = require('child_process')

function size(dir) {
  return execFileSync('du', ['-s', dir])
}
