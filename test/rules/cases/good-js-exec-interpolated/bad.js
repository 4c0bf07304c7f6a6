const { execSync } = require('child_process')

function size(dir) {
  return execSync(`du -s ${dir}`)
}
