export function readSettings(text) {
  return JSON.parse(text)
}
