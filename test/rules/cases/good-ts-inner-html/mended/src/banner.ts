export function renderBanner(target: HTMLElement, text: string): void {
  const line = document.createElement('p')
  line.textContent = text
  target.replaceChildren(line)
}
