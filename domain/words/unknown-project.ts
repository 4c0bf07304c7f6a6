/** What is said of a project that the system does not know; `known` are those of its configuration. Pure. */
export const unknownProject = (project: string, known: readonly string[]): string =>
  `"${project}" is not in cortex.toml as it was when Cortex started (${known.length > 0 ? `known: ${known.join(', ')}` : 'it named none'}); restart Cortex after adding one`
