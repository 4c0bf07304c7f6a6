/** Fills `{{name}}` in a prompt template. What is filled in is never looked at again. Throws for a name that has no value. */
export const fill = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`the prompt needs a value for {{${name}}}`)
    return value
  })
