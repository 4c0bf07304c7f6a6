/** The text without the mention of us, which may stand anywhere in it. `names` are all that we are called there. Pure. */
export const withoutMention = (text: string, names: readonly string[]): string => {
  const known = names.filter((name) => name !== '').toSorted((a, b) => b.length - a.length)
  const ours = known.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')
  const stripped =
    ours === ''
      ? text
      : text.replace(new RegExp(`(^|\\s)(?:<@!?(?:${ours})(?:\\|[^>]*)?>|@(?:${ours})(?:\\[bot\\])?)(?=$|[\\s,:;.!?])[,:]?`, 'gi'), '$1')
  // Where the platform did not tell our name in time, the mention at the beginning is ours: else we had not been called.
  const rest = stripped === text ? text.replace(/^\s*(?:<@!?[^>]+>|@[\w.-]+)[,:]?(?=\s|$)/, '') : stripped
  return rest.replace(/^[ \t]+|[ \t]+$/gm, (blank, offset) => (offset === 0 ? '' : blank)).trim()
}
