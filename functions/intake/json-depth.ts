/** How deep lists and tables lie within each other, by brackets outside of texts; in one pass, whatever the text. */
export const depthOf = (json: string): number => {
  let [depth, deepest, isInText] = [0, 0, false]
  for (let at = 0; at < json.length; at++) {
    const letter = json[at]
    if (isInText && letter === '\\') at++
    else if (letter === '"') isInText = !isInText
    else if (!isInText && (letter === '[' || letter === '{')) deepest = Math.max(deepest, ++depth)
    else if (!isInText && (letter === ']' || letter === '}')) depth--
  }
  return deepest
}
