/** A file as its product, and the modules of tests in it. */
interface Parts {
  readonly product: string
  readonly tests: string
}

/** Whether tests may lie in it beside the product: in Rust. Pure. */
export const mayHoldTests = (file: string): boolean => file.endsWith('.rs')

/** How a module of tests begins; that it is closed by a brace at the beginning of a line is rustfmt's word. */
const beginning =
  /^#\[cfg\((?:all\( {0,8})?test\b[^\n]{0,200}\]\r?\n(?:(?:#\[|\/\/)[^\n]{0,400}\n|[ \t\r]{0,80}\n){0,8}(?:pub )?mod \w{1,80} \{\r?\n/gm

const partsOf = (text: string): Parts => {
  const parts = { product: '', tests: '' }
  let at = 0
  for (const { index, 0: start } of text.matchAll(beginning)) {
    if (index < at) continue
    const brace = text.indexOf('\n}', index + start.length - 1)
    if (brace < 0) break
    const end = brace + 2 + (/^\r?\n/.exec(text.slice(brace + 2, brace + 4))?.[0].length ?? 0)
    parts.product += text.slice(at, index)
    parts.tests += text.slice(index, end)
    at = end
  }
  return { ...parts, product: parts.product + text.slice(at) }
}

/** The head's product with the tests that the base has in the same file, and whether the head only has more of them; null where they are the same. Pure. */
export function withInnerTests(base: string, head: string): { text: string; isMore: boolean } | null {
  const [before, after] = [partsOf(base), partsOf(head)]
  const [lines, others] = [before, after].map(({ tests }) => tests.split(/\r?\n/)) as [string[], string[]]
  if (lines.join('\n') === others.join('\n') || before.tests === '') return null
  const rest = others.values()
  const isMore = lines.every((line) => rest.some((other) => other === line))
  return { text: `${after.product}${after.product.endsWith('\n') ? '' : '\n'}${before.tests}`, isMore }
}
