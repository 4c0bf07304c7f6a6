function readSettings(text) {
  return text
}
readSettings(input)
