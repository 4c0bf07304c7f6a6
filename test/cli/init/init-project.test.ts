import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'smol-toml'
import { checksOf, initialToml, projectName } from '../../../cli/init/init-project.ts'
import { checkConfig } from '../../../infra/app/configuration.ts'

const packageJson = (test: string, more: object = {}): string => JSON.stringify({ scripts: { test }, ...more })

test('the test command is found by what the repository shows', () => {
  const found = (files: Parameters<typeof checksOf>[0]) => [checksOf(files).setup, checksOf(files).dod]
  assert.deepEqual(found({ 'package.json': packageJson('jest'), 'package-lock.json': '{}' }), [['npm ci'], ['npm test']])
  assert.deepEqual(found({ 'package.json': packageJson('jest'), 'pnpm-lock.yaml': '' }), [
    ['pnpm install --frozen-lockfile'],
    ['pnpm test'],
  ])
  assert.deepEqual(found({ 'package.json': packageJson('jest', { dependencies: { a: '1' } }) }), [['npm install'], ['npm test']])
  assert.deepEqual(found({ 'package.json': packageJson('node --test') }), [[], ['npm test']])
  assert.deepEqual(found({ 'Cargo.toml': '' }), [['cargo fetch'], ['cargo test']])
  assert.deepEqual(found({ 'go.mod': '' }), [['go mod download'], ['go vet ./...', 'go test ./...']])
  assert.deepEqual(found({ 'pom.xml': '' }), [['mvn -B -ntp --fail-never test'], ['mvn -B -ntp -o test']])
  assert.deepEqual(found({ 'pom.xml': '', mvnw: '' }), [['./mvnw -B -ntp --fail-never test'], ['./mvnw -B -ntp -o test']])
  assert.deepEqual(found({ 'build.gradle.kts': '', gradlew: '' }), [
    ['./gradlew --no-daemon --continue test || true'],
    ['./gradlew --no-daemon --offline test'],
  ])
  assert.deepEqual(found({ Makefile: 'all:\n\ntest: all\n\ttrue\n' }), [[], ['make test']])
})

test('a Python project is tested in an environment of its own, by the kind of its files', () => {
  const found = (files: Parameters<typeof checksOf>[0]) => [checksOf(files).setup.slice(1), checksOf(files).dod]
  const installing = (what: string, module: string) => [[`.venv/bin/pip install ${what}`], [`.venv/bin/python -m ${module}`]]
  const project = '[build-system]\nrequires = ["hatchling"]\n[project]\nname = "x"\n'
  assert.deepEqual(checksOf({ 'setup.py': '' }).setup[0], 'python3 -m venv .venv')
  assert.deepEqual(found({ 'pytest.ini': '' }), installing('pytest', 'pytest'))
  assert.deepEqual(found({ 'pyproject.toml': '[tool.pytest.ini_options]' }), installing('pytest', 'pytest'))
  assert.deepEqual(found({ 'pyproject.toml': `${project}[dependency-groups]\ndev = ["pytest"]` }), installing('-e . pytest', 'pytest'))
  assert.deepEqual(found({ 'pyproject.toml': '[tool.poetry]\n[tool.poetry.group.dev.dependencies]\npytest = "*"' }), [
    ...installing('-e . pytest', 'pytest'),
  ])
  assert.deepEqual(found({ 'pyproject.toml': '[tool.poetry]\npackage-mode = false\n# pytest' }), installing('pytest', 'pytest'))
  assert.deepEqual(found({ 'pyproject.toml': project, 'tox.ini': 'commands = pytest' }), installing('-e . pytest', 'pytest'))
  assert.deepEqual(found({ 'requirements.txt': 'pytest==8\n' }), installing('-r requirements.txt', 'pytest'))
  assert.deepEqual(found({ 'requirements.txt': 'flask\n', 'pytest.ini': '' }), installing('-r requirements.txt pytest', 'pytest'))
  assert.deepEqual(found({ 'pyproject.toml': project, tests: '' }), installing('-e .', 'unittest discover -s tests'))
  assert.deepEqual(found({ 'setup.py': '', tests: '', 'tests/__init__.py': '' }), installing('-e .', 'unittest'))
  assert.deepEqual(found({ 'requirements.txt': 'flask\n' }), installing('-r requirements.txt', 'unittest'))
  assert.deepEqual(found({ 'pyproject.toml': '[tool.ruff]' }), [[], ['python3 -m unittest']])
  assert.deepEqual(found({ 'pyproject.toml': project, Makefile: 'test:\n' }), [[], ['make test']], 'what the project itself says')
})

test('a Python project is installed itself where it says how it is built, beside what it requires', () => {
  const installed = (files: Parameters<typeof checksOf>[0]) => checksOf({ 'pytest.ini': '', ...files }).setup[1]?.split('install ')[1]
  const [built, unbuilt] = ['[build-system]\n[project]\n', '[project]\nname = "x"\n']
  for (const [files, expected] of [
    [{ 'pyproject.toml': built, 'requirements.txt': 'flask' }, '-r requirements.txt -e . pytest'],
    [{ 'pyproject.toml': unbuilt, 'requirements.txt': 'flask', src: '' }, '-r requirements.txt -e . pytest'],
    [{ 'pyproject.toml': built, 'requirements.txt': 'flask\n-e .[test]' }, '-r requirements.txt pytest'],
    [{ 'pyproject.toml': unbuilt }, 'pytest'],
    [{ 'setup.cfg': '[metadata]\nname = x' }, 'pytest'],
    [{ 'setup.cfg': '[metadata]\nname = x', 'setup.py': '' }, '-e . pytest'],
  ] as const)
    assert.equal(installed(files), expected, JSON.stringify(files))
})

test('what only looks like a test is none', () => {
  for (const files of [
    { 'package.json': packageJson('echo "Error: no test specified" && exit 1') },
    { 'package.json': 'not json' },
    { Makefile: 'test := 1\nlatest:\n' },
  ])
    assert.deepEqual(checksOf(files).dod, [], JSON.stringify(files))
})

test('a package.json without tests leaves the question to the next file', () => {
  assert.deepEqual(checksOf({ 'package.json': '{}', Makefile: 'check:\n' }).dod, ['make check'])
})

test('what is written is a configuration without a fault, whatever was found', () => {
  for (const agents of [[], ['claude'], ['claude', 'codex']])
    for (const checks of [checksOf({}), checksOf({ 'package.json': packageJson('jest'), 'package-lock.json': '{}' })]) {
      const config = checkConfig('cortex.toml', parse(initialToml({ name: 'shop', checks, agents })))
      assert.deepEqual(Object.keys(config.agents), agents)
      assert.deepEqual(config.projects['shop']?.dod ?? [], [...checks.dod])
    }
})

test('what is proposed for the setup is of the language that was found', () => {
  const written = (files: Parameters<typeof checksOf>[0]) => initialToml({ name: 'shop', checks: checksOf(files), agents: [] })
  assert.match(written({ 'setup.py': '' }), /^setup = \["python3 -m venv \.venv", "\.venv\/bin\/pip install -e \."\]/m)
  for (const files of [{ 'setup.py': '' }, { 'pyproject.toml': '[tool.ruff]' }, {}]) assert.doesNotMatch(written(files), /npm/)
  assert.match(written({ 'package.json': '{}' }), /# setup = \["npm ci"\]/)
  assert.match(written({ Makefile: 'test:\n\ttrue\n' }), /# setup = \["make deps"\]/)
})

test('a folder name becomes a project name', () => {
  assert.deepEqual(['my shop', '.dotfiles', '---', 'ok_1'].map(projectName), ['my-shop', 'dotfiles', 'project', 'ok_1'])
})
