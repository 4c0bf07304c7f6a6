function add(a, b) {
  console.log(a, b)
  return a + b
}
