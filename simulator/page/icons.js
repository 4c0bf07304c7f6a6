/** Line drawings for buttons, 20 by 20. */
const paths = {
  copy: 'M7 7V4h9v9h-3M4 7h9v9H4z',
  good: 'M4 9h3v7H4zM7 9l3-6c2 0 2 2 1 5h5l-1 8H7',
  bad: 'M4 4h3v7H4zM7 11l3 6c2 0 2-2 1-5h5l-1-8H7',
  dictate: 'M8 3h4v8H8zM5 9c0 7 10 7 10 0M10 14v3',
}

/**
 * @param {keyof typeof paths} name
 * @returns {SVGElement}
 */
export const icon = (name) => {
  const made = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  for (const [key, value] of Object.entries({ viewBox: '0 0 20 20', width: '20', height: '20', 'aria-hidden': 'true', class: 'icon' })) {
    made.setAttribute(key, value)
  }
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  path.setAttribute('d', paths[name])
  made.append(path)
  return made
}
