export function readCart(raw: string) {
  return JSON.parse(raw)
}
