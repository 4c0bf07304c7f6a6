import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { examine } from '../../../cli/doctor/doctor.ts'
import { loadConfig } from '../../../infra/config/config.ts'

test('the doctor looks at every project and agent of the configuration and says how to mend each', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'cortex-doctor-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const git = (at: string, ...args: string[]) =>
    execFileSync('git', ['-C', join(folder, at), '-c', 'user.name=a', '-c', 'user.email=a@b.test', ...args])
  for (const name of ['good', 'bare-of-done', 'empty', 'plain', 'bin']) mkdirSync(join(folder, name))
  for (const name of ['good', 'bare-of-done', 'empty']) git(name, 'init', '-q')
  for (const name of ['good', 'bare-of-done']) git(name, 'commit', '-q', '--allow-empty', '-m', 'first')
  writeFileSync(join(folder, 'bin', 'my-agent'), '#!/bin/sh\necho "my-agent 1.2.3"\n')
  chmodSync(join(folder, 'bin', 'my-agent'), 0o755)
  writeFileSync(
    join(folder, 'cortex.toml'),
    `[projects.good]\npath = "good"\ndod = ["true"]
     [projects.undone]\npath = "bare-of-done"
     [projects.base]\npath = "good"\nbase = "release"\ndod = ["true"]
     [projects.empty]\npath = "empty"
     [projects.plain]\npath = "plain"
     [projects.gone]\npath = "gone"
     [projects.remote]\nurl = "file://user:secret@localhost/nowhere"
     [agents.mine]\ncommand = ["my-agent"]
     [agents.other]\ncommand = ["no-such-agent"]`,
  )
  const env = { PATH: `${join(folder, 'bin')}:${process.env['PATH']}`, HOME: folder, CORTEX_CACHE_DIR: join(folder, 'cache') }
  // A folder inside a repository would count as a part of it: the test's own must not be one.
  const findings = await examine({ loaded: loadConfig({ path: join(folder, 'cortex.toml'), env }), env })
  const of = (name: string) => findings.find((finding) => finding.name === name) ?? assert.fail(`nothing said of ${name}`)
  assert.equal(of('project good').ok, 'yes')
  assert.deepEqual([of('project undone').ok, /no definition of done/.test(of('project undone').found)], ['optional', true])
  const faults = {
    base: /has no release/,
    empty: /has no commits/,
    plain: /not a git repository/,
    gone: /does not exist/,
    remote: /cannot be read/,
  }
  for (const [name, fault] of Object.entries(faults)) {
    assert.equal(of(`project ${name}`).ok, 'no', name)
    assert.match(of(`project ${name}`).found, fault)
    assert.notEqual(of(`project ${name}`).advice, '')
  }
  assert.doesNotMatch(JSON.stringify(findings), /secret/)
  assert.match(of('agent mine').found, /my-agent 1\.2\.3/)
  assert.match(of('agent other').found, /no-such-agent is not installed/)
  for (const name of ['Node', 'git', 'nats-server', 'system', 'configuration', 'semgrep', 'Chromium', 'disk: data', 'disk: cache']) of(name)
  assert.equal(of('system').ok, 'optional')
})
