/** Content of the files that tell how a project is tested, by name, of folders ''; absent ones are left out. */
export type KnownFiles = Readonly<Partial<Record<KnownFile, string>>>
export const knownFiles = [
  'package.json',
  'package-lock.json',
  'pnpm-lock.yaml',
  'yarn.lock',
  'Cargo.toml',
  'go.mod',
  'pyproject.toml',
  'pytest.ini',
  'setup.cfg',
  'setup.py',
  'tox.ini',
  'requirements.txt',
  'src',
  'tests',
  'tests/__init__.py',
  'test',
  'test/__init__.py',
  'pom.xml',
  'mvnw',
  'build.gradle',
  'build.gradle.kts',
  'gradlew',
  'Makefile',
] as const
type KnownFile = (typeof knownFiles)[number]

export interface Checks {
  readonly setup: readonly string[]
  readonly dod: readonly string[]
  /** Which file told it, or at least what kind of project it is; '' when none did. */
  readonly from: string
}
