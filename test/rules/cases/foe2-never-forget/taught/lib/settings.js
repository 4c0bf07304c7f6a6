export function readSettings(text) {
  return eval('(' + text + ')')
}
