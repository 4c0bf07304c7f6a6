/** Signs in the output of a failed command that the machine and not the change is to blame. */
const signs: readonly [RegExp, string][] = [
  [/ENOSPC|No space left on device/, 'the disk is full'],
  [/index\.lock['"]?: File exists/, 'git is locked by another process'],
  [/(?:^|\n)(?:\S*\/)?(?:ba|da|z)?sh: (?:line )?(?:\d+: )*\S+: (?:command )?not found/, 'a program is not installed'],
  [/(?:^|\n)(?:\S*\/)?(?:ba|da|z)?sh: (?:line )?(?:\d+: )*\S+: Permission denied/, 'a file may not be executed or written'],
  [/spawn \S+ ENOENT/, 'a program is not installed'],
  [/EMFILE|Too many open files/, 'too many files are open'],
  [/Cannot allocate memory|ENOMEM/, 'the memory is used up'],
]

/**
 * Why a failed command tells nothing about the change, or null when it does. Looks at the end of the output only: tests
 * print all sorts of words on their way.
 * @param exitCode null when a signal ended it
 */
export function machineFault(exitCode: number | null, output: string): string | null {
  if (exitCode === 127) return 'a program is not installed (exit code 127)'
  if (exitCode === 126) return 'a file may not be executed (exit code 126)'
  const end = output.slice(-2_000)
  return signs.find(([sign]) => sign.test(end))?.[1] ?? null
}
