export function price(items) {
  const total = items.reduce((sum, item) => sum + item.price, 0)
  console.log('total', total)
  return total
}
