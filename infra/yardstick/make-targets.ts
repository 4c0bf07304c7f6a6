/** What stands before and behind the colon of a rule; what is put together, and what sets a variable, is no rule here. */
const rule = /^([\w.%/][\w.%/ -]{0,300}?)[ \t]{0,20}::?(?![:=])([^\n]{0,2000})/gm

/** The targets of Makefiles that make takes for done as soon as a file or folder has their name. Pure. */
export const targetsIn = (makefiles: readonly string[]): string[] => {
  const rules = makefiles.flatMap((text) => [...text.replaceAll(/\\\r?\n/g, ' ').matchAll(rule)])
  const wordsOf = (text = ''): string[] => text.split(/\s+/).filter(Boolean)
  const phony = new Set(rules.flatMap(([, names, rest]) => (names === '.PHONY' ? wordsOf(rest) : [])))
  return [...new Set(rules.flatMap(([, names]) => wordsOf(names)))].filter((name) => /^[\w/-]+$/.test(name) && !phony.has(name))
}
