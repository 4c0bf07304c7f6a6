try {
  save(order)
} catch (error) {
  log.warn(error)
}
