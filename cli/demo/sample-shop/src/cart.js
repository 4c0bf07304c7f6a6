/** Sum of a cart in cents. */
export function total(items) {
  return items.reduce((sum, item) => sum + item.price, 0)
}

/** Sum after a discount in percent, rounded to whole cents. */
export function discounted(items, percent) {
  return Math.round(total(items) * (1 - percent / 100))
}
