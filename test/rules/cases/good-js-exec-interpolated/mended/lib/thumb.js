const { execFile } = require('child_process')

exports.thumbnail = (file, done) => execFile('convert', [file, '-resize', '100', `${file}.png`], done)
