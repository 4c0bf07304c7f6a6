export const cartOf = (cookie: string) => {
  try {
    const items = JSON.parse(decodeURIComponent(cookie))
    return items.filter(Boolean)
  } catch (error) {
    return []
  }
}
