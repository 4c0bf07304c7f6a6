const { exec } = require('child_process')

exports.thumbnail = (file, done) => exec(`convert ${file} -resize 100 ${file}.png`, done)
