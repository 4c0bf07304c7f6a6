/** A file as its product, and the module of tests that ends it. */
interface Parts {
  readonly product: string
  readonly tests: string
}

/** Whether tests may lie in it beside the product: in Rust. Pure. */
export const mayHoldTests = (file: string): boolean => file.endsWith('.rs')

/** How a module of tests begins; that it is closed by a brace at the beginning of a line is rustfmt's word. */
const beginning =
  /^#\[cfg\((?:all\( {0,8})?test\b[^\n]{0,200}\]\n(?:(?:#\[|\/\/)[^\n]{0,400}\n|[ \t]{0,80}\n){0,8}(?:pub )?mod \w{1,80} \{\n/gm

const isWhole = (module: string): boolean => module.indexOf('\n}') === module.trimEnd().length - 2

const partsOf = (text: string): Parts => {
  const at = [...text.matchAll(beginning)].map(({ index }) => index).find((index) => isWhole(text.slice(index)))
  return at === undefined ? { product: text, tests: '' } : { product: text.slice(0, at), tests: text.slice(at) }
}

/** The head's product with the tests that the base has in the same file, and whether the head only has more of them; null where they are the same. Pure. */
export function withInnerTests(base: string, head: string): { text: string; isMore: boolean } | null {
  const [before, after] = [partsOf(base), partsOf(head)]
  if (before.tests === after.tests || before.tests === '') return null
  const rest = after.tests.split('\n').values()
  const isMore = before.tests.split('\n').every((line) => rest.some((other) => other === line))
  return { text: `${after.product}${after.product.endsWith('\n') ? '' : '\n'}${before.tests}`, isMore }
}
