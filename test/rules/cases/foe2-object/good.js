function add(a, b) {
  logger.debug({ a, b })
  return a + b
}
