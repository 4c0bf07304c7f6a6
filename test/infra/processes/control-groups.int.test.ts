import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { describe, type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { type ControlGroups, findControlGroups, removeGroup } from '../../../infra/processes/control-groups.ts'
import { endOrphans, type ProcessInput, runProcess } from '../../../infra/processes/processes.ts'
import { isRunning } from '../../support/is-running.ts'
import { temporaryFolder, until } from '../../support/temporary.ts'

const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' }
const limits = { memoryBytes: 80 * 2 ** 20, processes: 20, outputBytes: 1e6, diskBytes: 1e9, folders: [] }

/** Groups, wherever they can be made here; in a place without controllers they hold no limits. */
const given = async (t: TestContext, more: { limited?: true } = {}) => {
  const found = await findControlGroups()
  const group = await found?.open(limits)
  const why = !group ? 'no control group can be made here' : more.limited && !group.isLimited ? 'control groups hold no limits here' : null
  if (why !== null) t.skip(why)
  await removeGroup(group?.folders ?? [])
  const opened: string[] = []
  const controlGroups: ControlGroups = {
    open: async (held) => {
      const made = await found!.open(held)
      opened.push(...made.folders)
      return made
    },
  }
  const run = (argv: string[], input: Partial<ProcessInput> = {}) =>
    runProcess({ argv, cwd: '/', env, timeoutMs: 20_000, graceMs: 200, limits, controlGroups, ...input })
  return { isHere: why === null, run, opened }
}

describe('a run in a control group', () => {
  test('is gone with all that it started, wherever that went and whatever it calls itself', async (t) => {
    const { isHere, run, opened } = await given(t)
    if (!isHere) return
    const ended = await run(['sh', '-c', 'cd /; setsid -f env -i /bin/sh -c "echo \\$\\$; exec sleep 600"; sleep 0.2'])
    assert.match(ended.stdout, /^\d+\n$/)
    assert.equal(isRunning(Number(ended.stdout)), false)
    assert.deepEqual(opened.filter(existsSync), [], 'and the group is removed')
  })

  test('is gone also from a group that it made within its own', async (t) => {
    const { isHere, run, opened } = await given(t)
    if (!isHere) return
    const enter = 'mkdir "$0/sub" && cd / && setsid -f env -i /bin/sh -c "echo \\$\\$ > $0/sub/cgroup.procs; echo \\$\\$; exec sleep 600"'
    const own = (line: string) => `group=$(sed -n "s/${line}/\\1/p" /proc/self/cgroup)`
    const script = `${own('^.*:.*pids.*:\\(.*\\)$')}; sh -c '${enter}' /sys/fs/cgroup/pids$group; sleep 0.2`
    const ended = await run(['sh', '-c', script])
    if (!/^\d+\n$/.test(ended.stdout)) return t.skip('tasks have no hierarchy of their own here')
    assert.equal(isRunning(Number(ended.stdout)), false)
    assert.deepEqual(opened.filter(existsSync), [])
  })

  test('gets no more memory than it may have, however fast it takes it', async (t) => {
    const { isHere, run } = await given(t, { limited: true })
    if (!isHere) return
    const ended = await run([process.execPath, '-e', 'for (const kept = []; ; ) kept.push(Buffer.alloc(20e6, 1))'])
    assert.equal(ended.exceeded, 'it wanted more memory than the 80 MB it may use')
  })

  test('starts no more processes than the kernel lets it, and is ended for it', async (t) => {
    const { isHere, run } = await given(t, { limited: true })
    if (!isHere) return
    const ended = await run(['sh', '-c', 'bomb() { bomb | bomb & }; bomb; sleep 30'])
    assert.equal(ended.exceeded, 'it started more processes than the 20 it may have')
  })

  test('a program that is not there, or may not be executed, is told as such', async (t) => {
    const { isHere, run } = await given(t)
    if (!isHere) return
    assert.deepEqual((await run(['cortex-absent'])).startFailure, {
      code: 'ENOENT',
      message: 'cortex-absent is not installed or not on the PATH',
    })
    assert.equal((await run([import.meta.filename])).startFailure?.code, 'EACCES')
  })

  test('is ended at the next start when the process that began it was killed', async (t) => {
    const { isHere } = await given(t)
    if (!isHere) return
    await using folder = await temporaryFolder()
    const ours = (name: string) => JSON.stringify(pathToFileURL(`${import.meta.dirname}/../../../infra/processes/${name}.ts`).href)
    const argv = ['sh', '-c', 'cd /; setsid -f env -i /bin/sh -c "echo \\$\\$; exec sleep 600"; sleep 600']
    const input = { argv, cwd: '/', env, timeoutMs: 600_000, limits, groupRecord: { dataDir: folder.path, key: 'k' } }
    const script = `const { findControlGroups } = await import(${ours('control-groups')})
      const { runProcess } = await import(${ours('processes')})
      const onLine = (line) => console.log(line)
      await runProcess({ ...${JSON.stringify(input)}, onLine, controlGroups: await findControlGroups() })`
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    parent.kill('SIGKILL')
    await once(parent, 'close').catch(() => undefined)
    assert.equal(isRunning(Number(line)), true, 'it lives on')
    assert.deepEqual(await endOrphans(folder.path), ['k'])
    await until(() => !isRunning(Number(line)))
  })
})
