export function renderBanner(target: HTMLElement, text: string): void {
  target.innerHTML = '<p>' + text + '</p>'
}
