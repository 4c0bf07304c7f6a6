import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { confined } from './confined.ts'

/** Command lines of all processes of the machine. */
const commandLines = (): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      } catch {
        return '' // ended meanwhile
      }
    })

test('a run writes its worktree and its scratch folder, and a program finds its own tools', async (t) => {
  const { at, shell, isHere } = await confined(t)
  if (!isHere) return
  const run = await shell('echo kept > file && echo kept > "$HOME/note" && node -p 1+1 && git --version')
  assert.equal(run.exitCode, 0, run.stderr)
  assert.match(run.stdout, /^2\ngit version/)
  assert.equal(await readFile(at('worktrees/own/file'), 'utf8'), 'kept\n')
  assert.equal(await readFile(at('runs/own/note'), 'utf8'), 'kept\n')
})

test('nothing of the person, of Cortex or of another run can be read', async (t) => {
  const { at, shell, isHere } = await confined(t)
  if (!isHere) return
  const places = [at('home/.ssh/id'), at('.cortex/secrets/nats'), at('worktrees/other/code.ts'), '/etc/shadow', '../other/code.ts']
  const run = await shell(`cat ${places.map((place) => `'${place}'`).join(' ')}; ls -A ~root 2>/dev/null; ls -A ..`)
  assert.equal(run.stdout.includes('secret'), false, run.stdout)
  assert.equal(run.stdout.includes('root:'), false)
  assert.equal(run.stdout.trim().split('\n').at(-1), 'own', 'the folder above shows this worktree alone')
})

test('what is written above the worktree, or anywhere else, is not there afterwards', async (t) => {
  const { at, shell, isHere } = await confined(t)
  if (!isHere) return
  await shell(
    `mkdir -p ../node_modules/.bin; echo evil > ../node_modules/.bin/node; echo evil > '${at('home/.bashrc')}'; echo evil > /tmp/evil-of-a-test`,
  )
  const system = await shell('echo evil > /usr/bin/evil; echo evil > /etc/evil')
  for (const place of [at('worktrees/node_modules'), at('home/.bashrc'), '/tmp/evil-of-a-test', '/usr/bin/evil', '/etc/evil'])
    assert.equal(existsSync(place), false, place)
  assert.match(system.stderr, /Read-only file system|Permission denied|cannot create/i)
})

test('a link that leads out of the worktree leads nowhere, whoever made it', async (t) => {
  const { at, shell, isHere } = await confined(t)
  if (!isHere) return
  await symlink(at('home/.ssh'), at('worktrees/own/keys'))
  const run = await shell(
    `cat keys/id; ln -s '${at('.cortex')}' data; cat data/secrets/nats; echo evil > keys/id; echo evil > data/secrets/nats`,
  )
  assert.equal(run.stdout.includes('secret'), false)
  assert.equal(await readFile(at('home/.ssh/id'), 'utf8'), 'secret key')
  assert.equal(await readFile(at('.cortex/secrets/nats'), 'utf8'), 'secret bus')
})

test("the machine's loopback is not there, by any name or proxy; with its address named it is", async (t) => {
  const { run, isHere } = await confined(t)
  if (!isHere) return
  const server = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nbus!\n'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const address = server.address()
  assert.ok(typeof address === 'object' && address)
  const visit = (host: string, hosts: string[] = []) =>
    run(['curl', '--silent', '--max-time', '5', `http://${host}:${address.port}/`], { hosts })
  for (const host of ['127.0.0.1', 'localhost', '0.0.0.0', '[::1]']) assert.equal((await visit(host)).stdout.includes('bus!'), false, host)
  const proxied = await run([
    'sh',
    '-c',
    `curl --silent --max-time 5 --noproxy '' http://127.0.0.1:${address.port}/ http://localhost:${address.port}/`,
  ])
  assert.equal(proxied.stdout.includes('bus!'), false)
  assert.match((await visit('127.0.0.1', [`127.0.0.1:${address.port}`])).stdout, /bus!/)
})

test('what a run started is gone with it, whatever it called itself', { skip: process.platform !== 'linux' }, async (t) => {
  const { shell, isHere } = await confined(t)
  if (!isHere) return
  const run = await shell('setsid -f env -i sleep 98765; (nohup sleep 98766 >/dev/null 2>&1 &); echo started')
  assert.equal(run.stdout, 'started\n')
  assert.deepEqual(
    commandLines().filter((line) => /^sleep 9876[56]/.test(line)),
    [],
  )
})

test("another process of the machine cannot be seen or signalled, nor Cortex's environment read", {
  skip: process.platform !== 'linux',
}, async (t) => {
  const { shell, isHere } = await confined(t)
  if (!isHere) return
  const run = await shell(
    `ls /proc | grep -c '^[0-9]'; cat /proc/*/environ | tr '\\0' '\\n' | grep -c '^NODE_TEST_CONTEXT='; kill -0 ${process.pid}`,
  )
  const [processes = '', foreign] = run.stdout.split('\n')
  assert.ok(Number(processes) < 20, run.stdout)
  assert.equal(foreign, '0')
  assert.notEqual(run.exitCode, 0, 'our process is not there to be signalled')
})

test('a start-up file in the home of a run is not executed outside, nor by the next run', async (t) => {
  const { at, shell, isHere } = await confined(t)
  if (!isHere) return
  const mark = at('outside-was-here')
  for (const name of ['.bashrc', '.profile', '.bash_profile', '.shrc'])
    await writeFile(at('runs/own', name), `echo evil; touch '${mark}'\n`)
  assert.equal((await shell('echo next')).stdout, 'next\n')
  assert.equal(existsSync(mark), false)
})

test('arguments arrive inside as they were given', async (t) => {
  const { run, isHere } = await confined(t)
  if (!isHere) return
  const odd = ['a b', "it's", '"', '$HOME `id` $(id)', 'new\nline', '\\', '', '-n', '*', 'ä€😀', '!x', ';exit 3', '~']
  const inside = await run([process.execPath, '-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--', ...odd])
  assert.deepEqual(JSON.parse(inside.stdout), odd, inside.stderr)
})

test('a program that is not there is told as such, and not as a sandbox that is broken', async (t) => {
  const { run, isHere } = await confined(t)
  if (!isHere) return
  const missing = await run(['no-such-program'])
  assert.equal(missing.startFailure?.code, 'ENOENT')
  assert.equal((await run(['sh', '-c', 'exit 7'])).exitCode, 7)
})

test('the folder for temporary files that agents share by habit is empty inside, and its own', async (t) => {
  const { shell, isHere } = await confined(t)
  if (!isHere) return
  const shared = '/tmp/claude'
  const wasThere = existsSync(shared)
  await mkdir(shared, { recursive: true })
  const note = `${shared}/cortex-test-${process.pid}`
  const isOurs = await writeFile(note, 'secret').then(
    () => true,
    () => false, // another user of this machine made the folder
  )
  if (isOurs) t.after(() => rm(wasThere ? note : shared, { recursive: true }))
  const run = await shell(`cat ${note}; echo evil > ${note}; echo own > ${shared}/own && cat ${shared}/own`)
  assert.equal(run.stdout, 'own\n')
  if (isOurs) assert.equal(await readFile(note, 'utf8'), 'secret')
  assert.equal(existsSync(`${shared}/own`), false)
})
