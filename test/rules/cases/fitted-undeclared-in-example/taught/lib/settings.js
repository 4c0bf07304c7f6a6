function readSettings(text) {
  return eval(text)
}

exports.settings = readSettings('{}')
