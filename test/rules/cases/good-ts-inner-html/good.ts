function show(name: string) {
  document.body.textContent = name
}
