/** How tests are written in a language with a framework, as data. In a call `A` is what a test gets and `E` what it wants, each in quotes. */
export interface Kit {
  readonly files: RegExp
  /** What a file says that is written so. */
  readonly says: RegExp
  /** What comes after it, each after the one before; looked for one by one, so that no text takes long. */
  readonly followedBy?: readonly RegExp[]
  /** Assertions by which such a file compares, each failing where A is not E; the first group is what it stands on, the second its name. */
  readonly assertions: readonly (readonly [used: RegExp, call: string])[]
  /** What fails where none of these is used. */
  readonly otherwise: string
  /** How many of its assertions are tried in one file: 1 where the first that fails ends the file. */
  readonly most: number
  /** The whole test of a call, as the file would write it; `said` is what `says` found. */
  readonly write: (name: string, call: string, text: string, said: RegExpExecArray) => string
  /** Where in the file tests end; without it, at its end. */
  readonly place?: (text: string) => number
}

/** Before the last closing brace: of the class, or of the module of tests. Pure. */
export const beforeLastBrace = (text: string): number => Math.max(0, text.lastIndexOf('}'))

export const capital = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1)
