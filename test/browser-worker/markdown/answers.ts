const safe = ['alpha', 'my_file.txt', 'snake_case', 'C#', '50%', 'café', 'v1.2', '日本', '#7']
const words = [
  ...['alpha', 'beta', 'my_file.txt', 'snake_case_name', 'a*b', '2 * 3', 'C#', '~5', 'x < y', 'f(x)', 'a[0]', '50%', '$5'],
  ...[
    '"quoted"',
    "it's",
    'AT&T',
    'path\\to',
    'https://e.example/a_b?c=1&d=2',
    'café',
    '1.',
    'v1.2',
    '-',
    '+1',
    '#7',
    'a|b',
    '!',
    '<div>',
    '日本',
  ],
]
/** What a writer must escape to say it. */
const escaped = ['\\*not so\\*', '\\_nor so\\_', '\\`tick\\`', 'a \\[b\\](c)', '\\~\\~kept\\~\\~']
const odd = [...escaped, '&amp;amp;', '\\\\*', '__init__.py', '*', '_x', '**', '[', '](', '`', '~~', '\\', '![i](j.png)']
const codes = ['`my_file.txt`', '`a*b*c`', '`` a`b ``', '`x \\ y`', '`<b>`']

/** Answers as models write them; with `loosely`, in other notations of Markdown, too. */
export const answerBy = (random: () => number, { loosely = false } = {}): string => {
  const upTo = (most: number): number => 1 + Math.floor(random() * most)
  const one = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value
  const times = <Value>(count: number, make: () => Value): Value[] => Array.from({ length: count }, make)
  const plain = (): string => times(upTo(4), () => one(words)).join(' ')
  const spanned = (): string => {
    const inner = times(upTo(2), () => one(['alpha', 'beta', 'my_file.txt', 'snake_case', 'the end'])).join(' ')
    const star = loosely ? one(['*', '_']) : '*'
    return one([`**${inner}**`, `${star}${inner}${star}`, `***${inner}***`, `~~${inner}~~`, `[${inner}](https://e.example/p_q)`])
  }
  const piece = (): string => one([plain, plain, spanned, () => one(codes), ...(loosely ? [() => one(odd)] : [])])()
  const mild = (): string => one([() => one(safe), () => one(codes), () => one(safe), () => one(escaped)])()
  const begin = (): string =>
    one(loosely ? ['So', '[x]', '[ ]', '#', '-', '1.', '+ x', '|', '>', '\\# no', '1\\. no', '    '] : ['So', 'Then', '#7', '-1', '2.5'])
  // Who escapes a star in a paragraph escapes each.
  const line = (kind = random() < 0.2 ? mild : piece): string => `${begin()} ${times(upTo(4), kind).join(' ')}`
  const paragraph = (kind = random() < 0.2 ? mild : piece): string => times(upTo(3), () => line(kind)).join('\n')
  const cell = (): string => times(upTo(2), piece).join(' ').replaceAll('|', '\\|')
  const table = (): string => {
    const width = upTo(3) + 1
    const row = (cells: readonly string[]): string => (loosely ? `|${cells.join('|')}|` : `| ${cells.join(' | ')} |`)
    const sides = times(width, () => (loosely ? one(['---', ':--', '--:', ':-:', '-----']) : '---'))
    return [row(times(width, cell)), row(sides), ...times(upTo(3), () => row(times(width, cell)))].join('\n')
  }
  const list = (depth: number): string => {
    const isNumbered = random() < 0.5
    const mark = one(loosely ? ['-', '*', '+'] : ['-'])
    const first = depth > 0 && !loosely ? 1 : upTo(3)
    return times(upTo(4), () => line())
      .map((text, index) => {
        const bullet = isNumbered ? `${loosely && random() < 0.5 ? first : first + index}. ` : `${mark} `
        const below = depth < 2 && random() < 0.3 ? `\n${list(depth + 1)}` : ''
        const code = depth < 2 && random() < 0.1 ? '\n\n```sh\nls my_dir\n\ncd x\n```\n' : ''
        return bullet + (text + below + code).replaceAll(/\n(?=[^\n])/g, `\n${' '.repeat(bullet.length)}`)
      })
      .join('\n')
  }
  const block = (): string =>
    one([
      () => line(),
      paragraph,
      () => line(),
      () => `${'#'.repeat(upTo(6))} ${line()}`,
      table,
      () => list(0),
      () =>
        times(upTo(2), () => line())
          .map((text) => `> ${text}`)
          .join('\n>\n'),
      () => '```ts\nconst a_b = `x`\n\n  b(1 * 2)\n```',
      () => (loosely ? one(['---', '***', '___', '* * *']) : '---'),
    ])()
  // Two lists in a row would be one.
  return times(upTo(6), block).join(`\n\n${loosely ? '' : `${line()}\n\n`}`)
}
