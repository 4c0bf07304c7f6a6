/** Files that are programs: what else lies among tests (recordings, fixtures) many tests write themselves. */
export const isProgram = /\.([mc]?[jt]sx?|py|rb|go|rs|java|kts?|php|cs|swift|exs?|scala|dart)$/
