function show(name: string) {
  document.body.innerHTML = `<b>${name}</b>`
}
