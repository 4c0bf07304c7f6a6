import assert from 'node:assert/strict'
import { readlinkSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { type TestContext, test } from 'node:test'
import { notForEverybody } from '../../infra/sandbox/places.ts'
import { closed } from '../../infra/sandbox/runtime.ts'
import { confined } from './confined.ts'

const onLinux = { skip: process.platform !== 'linux' && 'what is tried is the kernel of Linux' }

/** Tries each line on its own; answers those that succeeded. */
async function whichWork(t: TestContext, lines: readonly string[]): Promise<string[]> {
  const { shell, isHere } = await confined(t)
  if (!isHere) return []
  const script = lines.map((line, index) => `(${line}) >/dev/null 2>&1 && echo ${index}`).join('\n')
  const { stdout } = await shell(`${script}\necho end`)
  assert.match(stdout, /end\n$/)
  return stdout.split('\n').flatMap((index) => lines[Number(index || Number.NaN)] ?? [])
}

test("the kernel's settings cannot be written, also by root, least of all the program it starts for a crash", onLinux, async (t) => {
  // Each writes what is there already.
  const settings = ['/proc/sys/kernel/core_pattern', '/proc/sys/kernel/hostname', '/proc/sys/vm/swappiness', '/sys/kernel/uevent_helper']
  const others = [': > /proc/sysrq-trigger', ': >> /proc/1/exe', 'mkdir /sys/fs/cgroup/cortex-test', 'hostname "$(hostname)"']
  assert.deepEqual(await whichWork(t, [...settings.map((file) => `cat ${file} > ${file}`), ...others]), [])
})

test('nothing can be mounted, unmounted or made a device, and no new namespace entered', onLinux, async (t) => {
  const mounts = ['mount -t tmpfs x /mnt', 'mount --bind /usr .', 'mount -o remount,rw /', 'umount -l /etc', 'umount -l /proc']
  const others = [
    'mknod disk b 8 0',
    'mknod memory c 1 1',
    'unshare -m true',
    'unshare -Ur true',
    'nsenter -t 1 -m true',
    'ls /proc/1/root/',
    'ls /proc/1/cwd/',
  ]
  assert.deepEqual(await whichWork(t, [...mounts, ...others]), [])
})

test('a file outside cannot be given a second name in the worktree', onLinux, async (t) => {
  assert.deepEqual(await whichWork(t, ['ln /etc/passwd a', 'ln /usr/bin/env b', 'ln -P /proc/1/exe c']), [])
})

const connects = (address: string) =>
  `node -e 'require("node:net").connect({ path: ${JSON.stringify(address)} }, () => process.exit(0)).on("error", () => process.exit(1))'`

test('no socket of the machine can be connected to: by a path, by an abstract name, in the worktree itself', onLinux, async (t) => {
  const { at, shell, isHere } = await confined(t)
  if (!isHere) return
  const listen = (place: string) =>
    new Promise<Server>((resolve) => {
      const server = createServer((socket) => socket.end()).listen(place, () => resolve(server))
      t.after(() => server.close())
    })
  const abstract = `\0cortex-test-${process.pid}`
  await listen(at('worktrees/own/agent.sock'))
  await listen(at('home/agent.sock'))
  await listen(abstract)
  for (const place of [
    at('worktrees/own/agent.sock'),
    at('home/agent.sock'),
    abstract,
    '/var/run/docker.sock',
    '/run/dbus/system_bus_socket',
  ])
    assert.equal((await shell(connects(place))).exitCode, 1, JSON.stringify(place))
})

test('shared memory and queues, names of the machine and processes are of the run alone', onLinux, async (t) => {
  const { shell, isHere } = await confined(t)
  if (!isHere) return
  for (const name of ['ipc', 'uts', 'net', 'pid', 'mnt', 'user'])
    assert.notEqual((await shell(`readlink /proc/self/ns/${name}`)).stdout.trim(), readlinkSync(`/proc/self/ns/${name}`), name)
})

/** A line that fails where the kernel refuses the call; its texts are variables, for Perl lets no call have a constant. */
const asks = (...call: (number | string)[]) =>
  `perl -e '($user, $name, $value) = ("user", "cortex-test", "value"); exit(syscall(${call.join(', ')}) < 0 ? 1 : 0)'`
const numbers: Readonly<Record<string, { keys: number[]; shmget: number }>> = {
  x64: { keys: [248, 249, 250], shmget: 29 },
  arm64: { keys: [217, 218, 219], shmget: 194 },
}

test("the keys that the kernel holds for the person's session are not there, nor can a run leave some", onLinux, async (t) => {
  const [add, request, control] = numbers[process.arch]?.keys ?? []
  if (add === undefined || request === undefined || control === undefined) return t.skip(`the calls of ${process.arch} are not known`)
  const session = -3
  const lines = [
    asks(control, 0, session, 0), // its number
    asks(control, 22, -1, session), // the one that outlives sessions
    asks(add, '$user', '$name', '$value', 5, session),
    asks(request, '$user', '$name', 0, 0),
  ]
  assert.deepEqual(await whichWork(t, [...lines, 'grep -q . /proc/keys', 'perl -e "exit 0"']), ['perl -e "exit 0"'])
})

test('shared memory that no process would answer for can be had in small pieces alone', onLinux, async (t) => {
  const { shmget } = numbers[process.arch] ?? {}
  if (shmget === undefined) return t.skip(`the calls of ${process.arch} are not known`)
  const piece = (size: number | string) => asks(shmget, 0, size, 0o1600)
  const small = piece(64 * 1024)
  assert.deepEqual(await whichWork(t, [small, piece(64 * 1024 + 1), piece('2**32')]), [small])
})

test('a file of the system that is not for everybody is for no run, also where root runs it', onLinux, async (t) => {
  const { shell, isHere } = await confined(t)
  if (!isHere) return
  const places = await notForEverybody('/etc')
  const shown = await shell(places.map((place) => `[ -d '${place}' ] && ls -A '${place}' || cat '${place}'`).join('\n'))
  assert.equal(shown.stdout, '')
  assert.ok((await readFile('/etc/passwd', 'utf8')).length > 0 && !places.includes('/etc/passwd'))
})

test('a sandbox that the library makes in another way than we know is none', () => {
  assert.equal(closed('sh', 'filter'), 'sh')
  const line = 'bwrap --bind /tmp/claude /tmp/claude --dev /dev --proc /proc -- sh -c true'
  const known = '--dev /dev --proc /proc .*--ro-bind /proc/sys /proc/sys .*'
  assert.match(closed(line, null), new RegExp(`^bwrap ${known} -- sh -c true$`))
  assert.match(closed(line, '/tmp/a b'), new RegExp(`^bwrap ${known} --seccomp 9 -- sh -c true 9< '/tmp/a b'$`))
  assert.throws(() => closed('bwrap --bind /proc /proc -- sh', null), /cannot be closed/)
  assert.throws(() => closed('bwrap --ro-bind /tmp/claude /tmp/claude --proc /proc -- sh', null), /which others write/)
})
