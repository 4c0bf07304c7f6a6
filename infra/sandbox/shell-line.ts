/**
 * The one line of a POSIX shell that runs exactly this argv: every byte of an argument is literal between single quotes, and a
 * single quote itself closes them, stands escaped, and opens them again. Throws for a NUL, which no argument can hold.
 */
export function shellLine(argv: readonly string[]): string {
  return argv.map(quoted).join(' ')
}

/** The argument as people type it: bare where a shell takes it literally. Throws for a NUL. */
export const shellWord = (argument: string): string => (/^[\w./@%+=:,-]+$/.test(argument) ? argument : quoted(argument))

function quoted(argument: string): string {
  if (argument.includes('\0')) throw new Error('an argument of a command holds a NUL character, which no program can be given')
  return `'${argument.replaceAll("'", "'\\''")}'`
}
