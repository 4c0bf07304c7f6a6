import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, lutimesSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { examine } from '../../../cli/doctor/doctor.ts'
import { lookedAt } from '../../../cli/doctor/looked-at.ts'
import { systemFinding } from '../../../cli/doctor/projects.ts'
import { loadConfig } from '../../../infra/app/configuration.ts'
import { noteConfiguration, writeSystemFile } from '../../../infra/app/system-file.ts'
import { defaultsAt } from '../../../infra/config/config.ts'
import { createDataDirectory } from '../../../infra/nats/data-directory.ts'
import { temporaryFolder } from '../../support/temporary.ts'

test('the doctor looks at every project and agent of the configuration and says how to mend each', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'cortex-doctor-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const git = (at: string, ...args: string[]) =>
    execFileSync('git', ['-C', join(folder, at), '-c', 'user.name=a', '-c', 'user.email=a@b.test', ...args])
  for (const name of ['good', 'good/below', 'bare-of-done', 'detached', 'empty', 'plain', 'filtered', 'bin']) mkdirSync(join(folder, name))
  for (const name of ['good', 'bare-of-done', 'detached', 'empty', 'filtered']) git(name, 'init', '-q')
  writeFileSync(join(folder, 'filtered', '.gitattributes'), '.gitattributes filter=git-crypt\n')
  git('filtered', 'add', '.gitattributes')
  for (const name of ['good', 'bare-of-done', 'detached', 'filtered']) git(name, 'commit', '-q', '--allow-empty', '-m', 'first')
  git('detached', 'checkout', '-q', '--detach')
  writeFileSync(join(folder, 'bin', 'my-agent'), '#!/bin/sh\necho "my-agent 1.2.3"\n')
  writeFileSync(join(folder, 'bin', 'lingering-agent'), '#!/bin/sh\necho left > here\nsleep 300 &\necho "lingering 0.1"\n')
  for (const name of ['my-agent', 'lingering-agent']) chmodSync(join(folder, 'bin', name), 0o755)
  writeFileSync(
    join(folder, 'cortex.toml'),
    `[projects.good]\npath = "good"\ndod = ["true"]
     [projects.undone]\npath = "bare-of-done"
     [projects.filtered]\npath = "filtered"\ndod = ["true"]
     [projects.base]\npath = "good"\nbase = "release"\ndod = ["true"]
     [projects.odd]\npath = "good"\nbase = "a\\u0000b"
     [projects.below]\npath = "good/below"
     [projects.detached]\npath = "detached"
     [projects.empty]\npath = "empty"
     [projects.plain]\npath = "plain"
     [projects.gone]\npath = "gone"
     [projects.remote]\nurl = "file://user:secret@localhost/nowhere"
     [agents.mine]\ncommand = ["my-agent"]
     [agents.beside]\ncommand = ["bin/my-agent"]
     [agents.lingering]\ncommand = ["./bin/lingering-agent"]
     [agents.other]\ncommand = ["no-such-agent"]`,
  )
  const env = { PATH: `${join(folder, 'bin')}:${process.env['PATH']}`, HOME: folder, CORTEX_CACHE_DIR: join(folder, 'cache') }
  // A folder inside a repository would count as a part of it: the test's own must not be one.
  const findings = await examine({ loaded: loadConfig({ path: join(folder, 'cortex.toml'), env }), env })
  const of = (name: string) => findings.find((finding) => finding.name === name) ?? assert.fail(`nothing said of ${name}`)
  assert.equal(of('project good').ok, 'yes')
  assert.deepEqual([of('project undone').ok, /no definition of done/.test(of('project undone').found)], ['optional', true])
  assert.equal(of('project filtered').ok, 'optional')
  assert.match(of('project filtered').found, /git passes 1 file through git-crypt$/)
  const faults = {
    base: /no branch "release"/,
    odd: /could not be looked at: .*null bytes/,
    below: /only a folder inside the repository/,
    detached: /HEAD of .* names no branch/,
    empty: /has no commits/,
    plain: /is no git repository/,
    gone: /does not exist/,
    remote: /cannot be reached/,
  }
  for (const [name, fault] of Object.entries(faults)) {
    assert.equal(of(`project ${name}`).ok, 'no', name)
    assert.match(of(`project ${name}`).found, fault)
    assert.notEqual(of(`project ${name}`).advice, '')
  }
  assert.doesNotMatch(JSON.stringify(findings), /secret/)
  assert.match(of('agent mine').found, /my-agent 1\.2\.3/)
  assert.match(of('agent beside').found, /my-agent 1\.2\.3/, 'beside the configuration, wherever the doctor is called')
  assert.match(of('agent lingering').found, /lingering 0\.1/)
  assert.ok(!existsSync('here'), 'nothing is written where the doctor is called')
  assert.match(of('agent other').found, /no-such-agent is not installed/)
  for (const name of ['Node', 'git', 'nats-server', 'system', 'configuration', 'semgrep', 'Chromium', 'disk: data', 'disk: cache']) of(name)
  assert.equal(of('system').ok, 'optional')
})

test('in a folder of a project the system above is found, with the configuration by which it works, as by every other command', async () => {
  await using folder = await temporaryFolder()
  const [above, below] = [join(folder.path, '.cortex'), join(folder.path, 'src', 'deep')]
  for (const made of [above, below]) mkdirSync(made, { recursive: true })
  const env = { HOME: folder.path }
  const look = (cwd: string, data?: string) => lookedAt({ cwd, env, overrides: { data } })
  assert.equal(look(below).loaded.dataDir, join(below, '.cortex'))
  writeSystemFile(above, { url: 'nats://127.0.0.1:4', embedded: null, stays: true })
  assert.deepEqual([look(below).loaded.dataDir, look(below).loaded.file], [above, null])
  const named = join(folder.path, 'system.toml')
  writeFileSync(named, '[agents.mine]\ncommand = ["my-agent"]\n')
  noteConfiguration(above, named)
  assert.equal(look(below).loaded.file, null, 'a note where nobody has stored anything came with the repository')
  mkdirSync(createDataDirectory(join(above, 'nats')).store)
  for (const { loaded } of [look(below), look(tmpdir(), above)]) {
    assert.deepEqual([loaded.dataDir, loaded.file], [above, named])
    assert.deepEqual(Object.keys(loaded.config.agents), ['mine'])
  }
  writeFileSync(named, 'colour = "red"\n')
  assert.match(look(below).faults?.join() ?? '', /colour/)
  const own = join(below, 'cortex.toml')
  writeFileSync(own, '')
  assert.deepEqual([look(below).loaded.file, look(below).loaded.dataDir], [own, join(below, '.cortex')], 'one of its own counts')
})

test('a faulty configuration is told whole, and the rest is looked at all the same', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'cortex-doctor-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, CORTEX_CACHE_DIR: join(folder, 'cache') }
  const loaded = defaultsAt({ path: join(folder, 'cortex.toml'), env })
  mkdirSync(loaded.dataDir, { recursive: true })
  writeSystemFile(loaded.dataDir, { url: 'nats://me:secret@127.0.0.1:4', embedded: null, stays: true })
  const findings = await examine({ loaded, env, faults: ['gate.expiry: "soon" is no duration', 'colour is unknown'] })
  const of = (name: string) => findings.find((finding) => finding.name === name) ?? assert.fail(`nothing said of ${name}`)
  assert.match(of('configuration').found, /"soon" is no duration; colour is unknown/)
  assert.equal(of('configuration').ok, 'no')
  assert.match(of('system').found, new RegExp(`running at nats://127\\.0\\.0\\.1:4 \\(process ${process.pid}`))
  for (const name of ['Node', 'git', 'sandbox', 'disk: data']) of(name)
  assert.equal(
    findings.some(({ name }) => name === 'agents' || name === 'projects'),
    false,
  )
})

test('a configuration that was changed since the system had read it is told, with what to do', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'cortex.toml')
  writeFileSync(file, '')
  const loaded = loadConfig({ path: file, env: {} })
  mkdirSync(loaded.dataDir)
  noteConfiguration(loaded.dataDir, loaded.file)
  writeSystemFile(loaded.dataDir, { url: 'nats://127.0.0.1:4', embedded: null, stays: true })
  assert.equal(systemFinding({ loaded, env: {} }).ok, 'yes')
  const later = Date.now() / 1000 + 60
  utimesSync(file, later, later)
  const { ok, found, advice } = systemFinding({ loaded, env: {} })
  assert.equal(ok, 'optional')
  assert.match(found, /as it was when it started; it was changed since/)
  assert.match(advice, /start it again with "cortex up"/)
})

test('a configuration that the running system never read says nothing about it, however new it is', async () => {
  await using folder = await temporaryFolder()
  const [file, other, link] = ['cortex.toml', 'other.toml', 'link.toml'].map((name) => join(folder.path, name)) as [string, string, string]
  writeFileSync(file, '')
  writeFileSync(other, '')
  symlinkSync(file, link)
  const later = Date.now() / 1000 + 60
  utimesSync(other, later, later)
  lutimesSync(link, later, later)
  const { dataDir } = loadConfig({ path: file, env: {} })
  mkdirSync(dataDir)
  for (const [worked, looked] of [
    [file, other],
    [link, link],
  ] as const) {
    noteConfiguration(dataDir, worked)
    writeSystemFile(dataDir, { url: 'nats://127.0.0.1:4', embedded: null, stays: true })
    const loaded = loadConfig({ path: looked, env: {}, overrides: { data: dataDir } })
    assert.equal(systemFinding({ loaded, env: {} }).ok, 'yes', looked)
  }
})
