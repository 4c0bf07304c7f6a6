import type { Checks, KnownFiles } from './known-files.ts'

/** How a Python project that names pytest is tested. Pure. */
export const pytestChecks = (files: KnownFiles): Checks | undefined => {
  const from = (['pytest.ini', 'pyproject.toml', 'setup.cfg', 'tox.ini', 'setup.py', 'requirements.txt'] as const).find((name) =>
    name === 'pytest.ini' ? files[name] !== undefined : /pytest/.test(files[name] ?? ''),
  )
  if (from === undefined) return undefined
  const own = /pytest/.test(files['requirements.txt'] ?? '') ? [] : ['pytest']
  return inOwnEnvironment([...dependencies(files), ...own], 'pytest', from)
}

/** How any other Python project is tested: by what Python brings. Pure. */
export const pythonChecks = (files: KnownFiles): Checks | undefined => {
  const from = (['pyproject.toml', 'setup.py', 'setup.cfg', 'tox.ini', 'requirements.txt'] as const).find(
    (name) => files[name] !== undefined,
  )
  return from === undefined ? undefined : inOwnEnvironment(dependencies(files), unittest(files), from)
}

/** What is installed runs the tests, and nothing of the machine's own. */
const inOwnEnvironment = (installed: readonly string[], module: string, from: string): Checks =>
  installed.length === 0
    ? { setup: [], dod: [`python3 -m ${module}`], from }
    : {
        setup: ['python3 -m venv .venv', `.venv/bin/pip install ${installed.join(' ')}`],
        dod: [`.venv/bin/python -m ${module}`],
        from,
      }

/** As it stands in the worktree (`-e`): a copy of it, which pip would also leave in `build`, would be tested in its place. */
const dependencies = (files: KnownFiles): string[] => {
  const required = files['requirements.txt']
  const namesItself = /^(-e\s*|--editable[\s=]+)?\.(\[|\s|$)/m.test(required ?? '')
  return [...(required === undefined ? [] : ['-r requirements.txt']), ...(isPackage(files) && !namesItself ? ['-e .'] : [])]
}

/** Whether it says how it is built. By `[project]` alone pip guesses, and refuses where several folders could be the package. */
const isPackage = (files: KnownFiles): boolean => {
  const project = files['pyproject.toml'] ?? ''
  if (/^package-mode\s*=\s*false/m.test(project)) return false
  if (files['setup.py'] !== undefined || /^\[(build-system|tool\.poetry)\]/m.test(project)) return true
  return /^\[project\]/m.test(project) && files['src'] !== undefined
}

/** It finds tests below the top in packages only; a folder of tests that is none is named. */
const unittest = (files: KnownFiles): string => {
  const folder = (['tests', 'test'] as const).find((name) => files[name] !== undefined && files[`${name}/__init__.py`] === undefined)
  return folder === undefined ? 'unittest' : `unittest discover -s ${folder}`
}
