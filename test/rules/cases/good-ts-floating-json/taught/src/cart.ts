export const cartOf = (cookie: string) => {
  const items = JSON.parse(decodeURIComponent(cookie))
  return items.filter(Boolean)
}
