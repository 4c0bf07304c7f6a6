import assert from 'node:assert/strict'
import dns from 'node:dns'
import { createServer } from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import { isIPv4 } from 'node:net'
import { type TestContext, test } from 'node:test'
import { ownAddresses } from '../../infra/sandbox/runtime.ts'
import { confined } from './confined.ts'

/** A server on all addresses of this machine; how often it was asked. */
async function listening(t: TestContext) {
  let asked = 0
  const server = createServer((_, response) => {
    asked++
    response.end('bus!')
  })
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve))
  t.after(() => server.close())
  const address = server.address()
  assert.ok(typeof address === 'object' && address)
  return { port: address.port, asked: () => asked }
}

const addresses: Readonly<Record<string, string>> = {
  'loopback.example.com': '127.0.0.1',
  'own.example.com': ownAddresses().find((address) => isIPv4(address) && !address.startsWith('127.')) ?? '127.0.0.1',
  'nowhere.example.com': '0.0.0.0',
  'metadata.example.com': '169.254.169.254',
  'mapped.example.com': '::ffff:127.0.0.1',
}

/** The machine's names, some of them somebody else's to choose. */
function namesThatLead(t: TestContext): void {
  const { lookup } = dns
  const lead = (host: string, options: object, answer: (error: null, found: object[]) => void) => {
    const address = addresses[host]
    if (address === undefined) return Reflect.apply(lookup, dns, [host, options, answer])
    answer(null, [{ address, family: isIPv4(address) ? 4 : 6 }])
  }
  t.mock.method(dns, 'lookup', lead)
  syncBuiltinESMExports()
  t.after(() => {
    t.mock.restoreAll()
    syncBuiltinESMExports()
  })
}

const quiet = ['curl', '--silent', '--max-time', '5', '--noproxy', '']

for (const isOpen of [false, true])
  test(`a name that may be reached and leads to this machine does not reach it, with ${isOpen ? 'an open network' : 'a list'}`, async (t) => {
    namesThatLead(t)
    const { run, isHere } = await confined(t)
    if (!isHere) return
    const { port, asked } = await listening(t)
    const names = Object.keys(addresses)
    const urls = names.flatMap((name) => [`http://${name}:${port}/`, `http://${name}:${port}/again`])
    const plain = await run([...quiet, ...urls], { hosts: isOpen ? [] : names, isOpen })
    const tunnelled = await run([...quiet, '--proxytunnel', ...urls], { hosts: isOpen ? [] : names, isOpen })
    assert.equal(plain.stdout.includes('bus!') || tunnelled.stdout.includes('bus!'), false)
    assert.equal(asked(), 0)
    assert.ok(
      names.every((name) => plain.refused.includes(`${name}:${port}`)),
      plain.refused.join(' '),
    )
  })

test('an open network reaches no address of this machine by any spelling, nor a private one', async (t) => {
  const { run, isHere } = await confined(t)
  if (!isHere) return
  const { port, asked } = await listening(t)
  const hosts = [
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.1',
    '0.0.0.0',
    '[::1]',
    '[::ffff:127.0.0.1]',
    'localhost',
    'a.localhost',
    addresses['own.example.com'],
  ]
  for (const way of [[], ['--proxytunnel']])
    await run([...quiet, ...way, ...hosts.map((host) => `http://${host}:${port}/`)], { isOpen: true })
  assert.equal(asked(), 0)
  const elsewhere = await run([...quiet, 'http://10.0.0.1/', 'http://169.254.169.254/', 'http://192.168.0.1/'], { isOpen: true })
  assert.deepEqual(elsewhere.refused, ['10.0.0.1:80', '169.254.169.254:80', '192.168.0.1:80'])
})

test('with an open network one port of this machine is reached that an agent is given by name, and no other', async (t) => {
  const { run, isHere } = await confined(t)
  if (!isHere) return
  const [model, bus] = [await listening(t), await listening(t)]
  const given = { hosts: [`127.0.0.1:${model.port}`], isOpen: true }
  const answer = await run([...quiet, `http://127.0.0.1:${model.port}/`, `http://127.0.0.1:${bus.port}/`], given)
  assert.match(answer.stdout, /bus!/)
  assert.deepEqual([model.asked(), bus.asked()], [1, 0])
})

test('what one run may reach, another one of the same moment may not', async (t) => {
  const { run, isHere } = await confined(t)
  if (!isHere) return
  const { port, asked } = await listening(t)
  const ask = (hosts: string[]) => run([...quiet, `http://127.0.0.1:${port}/`], { hosts })
  const [, refused] = await Promise.all([ask([`127.0.0.1:${port}`]), ask([])])
  assert.equal(asked(), 1)
  assert.deepEqual(refused.refused, [`127.0.0.1:${port}`])
})
