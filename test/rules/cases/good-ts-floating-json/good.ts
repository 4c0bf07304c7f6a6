export function readCart(raw: string) {
  try {
    return JSON.parse(raw)
  } catch (error) {
    return null
  }
}
