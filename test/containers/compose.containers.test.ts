import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { test } from 'node:test'
import OpenAI from 'openai'
import { z } from 'zod'
import { type Composed, composed, noContainers } from './docker.ts'
import { noBrowserHere, novncSays, signInByHand } from './novnc.ts'

const skip = await noContainers()

test('the compose: its images build, it comes up, answers, forgets nothing and shows nothing', { skip, timeout: 900_000 }, async (t) => {
  await using place = await composed()
  await place.compose('build', '--quiet')
  await place.compose('up', '--detach', '--wait', '--wait-timeout', '60', 'nats', 's3', 'simulator')
  await place.script('simulator', signOut)
  await place.compose(
    'run',
    '--rm',
    '--no-deps',
    '--no-TTY',
    '--entrypoint',
    'node',
    'cortex-proxy',
    '--input-type=module',
    '--eval',
    signIn,
  )
  await place.compose('up', '--detach', '--wait', '--wait-timeout', '120')
  const rule = (words: string, check: (place: Composed) => Promise<void>): Promise<void> =>
    t.test(words, async (inner) => {
      await check(place).catch(async (error: unknown) => {
        inner.diagnostic(await place.compose('logs', '--tail', '40', 'cortex-proxy'))
        throw error
      })
    })
  await rule('every service is healthy', everyServiceIsHealthy)
  await rule('the model proxy answers on loopback, and asks for its token', asksForItsToken)
  await rule('a service beside the compose asks the tools as cortex-orchestrator:8000, with the token', isTheOrchestrator)
  await rule('nothing is published on another address than loopback', onlyOnLoopback)
  await rule('only the model proxy has a way out of the inner network', onlyOneWayOut)
  await rule('nobody is root, and no file of an image can be changed', isHardened)
  await rule('a chat completion is answered through the stand-in page', isAnswered)
  await rule("Chromium's own sandbox is on", isSandboxed)
  await rule('the prompt and the answer lie in the S3 store, and none on the bus', blobsAreInS3)
  await rule('after a restart the sign-in is still there', async () => {
    await place.compose('restart', 'cortex-proxy')
    await answersAgain(place)
  })
  await rule('in a new container with another host name the sign-in is still there', async () => {
    await place.compose('up', '--detach', '--wait', '--wait-timeout', '120', '--force-recreate', 'cortex-proxy')
    await answersAgain(place)
  })
  await rule('the bus and the S3 store may go and come back', async () => {
    await place.compose('restart', 'nats', 's3')
    await answersAgain(place)
  })
  await rule('a main process that is killed is started again, and answers', async () => {
    const starts = async (): Promise<number> => Container.parse(await place.inspect('cortex-proxy')).RestartCount
    const before = await starts()
    const kill = 'kill -9 $(cat /proc/1/task/1/children)'
    await assert.rejects(place.compose('exec', '--no-TTY', 'cortex-proxy', 'sh', '-c', `${kill}; sleep 60`), 'it ends with its container')
    await answersAgain(place)
    assert.equal(await starts(), before + 1)
  })
  await rule('a browser is shown to nobody without a password', needsPassword)
  await t.test('a person signs in through noVNC, and the lane goes on', { skip: noBrowserHere() }, () => signsInThroughNovnc(place))
})

/** From now on the stand-in page wants a sign-in. */
const signOut = `await fetch('http://127.0.0.1:8080/simulator/sign-out', { method: 'POST' })`

/** What a person does by hand, in the profile of the volume. */
const signIn = `
  const { chromium } = await import('/app/node_modules/playwright-core/index.mjs')
  const profile = { executablePath: '/usr/bin/chromium', chromiumSandbox: true, args: ['--disable-gpu', '--password-store=basic'] }
  const context = await chromium.launchPersistentContext(process.env.CORTEX_AUTH_DIR, profile)
  const page = context.pages()[0] ?? await context.newPage()
  await page.goto('http://simulator:8080/auth/login')
  await page.getByTestId('login-button').click()
  await page.waitForURL('http://simulator:8080/')
  await context.close()`

const Container = z.object({
  RestartCount: z.int(),
  Config: z.object({ User: z.string() }),
  HostConfig: z.object({
    ReadonlyRootfs: z.boolean(),
    CapDrop: z.array(z.string()),
    Privileged: z.boolean(),
    SecurityOpt: z.array(z.string()),
  }),
  State: z.object({ Health: z.object({ Status: z.string() }) }),
  NetworkSettings: z.object({
    Ports: z.record(z.string(), z.array(z.object({ HostIp: z.string(), HostPort: z.string() })).nullable()),
    Networks: z.record(z.string(), z.unknown()),
  }),
})
const services = ['nats', 's3', 'cortex-proxy', 'simulator']
const containers = (place: Composed) =>
  Promise.all(services.map(async (service) => ({ service, ...Container.parse(await place.inspect(service)) })))

const everyServiceIsHealthy = async (place: Composed): Promise<void> => {
  for (const { service, State } of await containers(place)) assert.equal(State.Health.Status, 'healthy', service)
}

const asksForItsToken = async ({ ports, token }: Composed): Promise<void> => {
  const status = async (path: string, key?: string): Promise<number> =>
    (await fetch(`http://127.0.0.1:${ports.proxy}${path}`, key ? { headers: { authorization: `Bearer ${key}` } } : {})).status
  assert.equal(await status('/health'), 200)
  assert.deepEqual([await status('/v1/models'), await status('/v1/models', 'wrong'), await status('/v1/models', token)], [401, 401, 200])
}

/** What the seed's services do: another container of the outer network, by the name it knows. */
const isTheOrchestrator = async (place: Composed): Promise<void> => {
  const ask = `
    const ask = async (headers) => {
      const body = JSON.stringify({ tool_name: 'cortex_get_task_status', tool_input: {} })
      const answer = await fetch('http://cortex-orchestrator:8000/execute-tool', { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
      return answer.status + ' ' + await answer.text()
    }
    console.log(JSON.stringify([await ask({}), await ask({ authorization: 'Bearer ${place.token}' })]))`
  const beside = ['run', '--rm', '--no-deps', '--no-TTY', '--entrypoint', 'node', 'cortex-proxy', '--input-type=module', '--eval', ask]
  const [refused = '', answered = ''] = z.array(z.string()).parse(JSON.parse(await place.compose(...beside)))
  assert.match(refused, /^401 /)
  assert.match(answered, /task_id/)
}

const onlyOnLoopback = async (place: Composed): Promise<void> => {
  const published = (await containers(place)).flatMap(({ service, NetworkSettings }) =>
    Object.entries(NetworkSettings.Ports).flatMap(([port, at]) =>
      (at ?? []).map(({ HostIp, HostPort }) => ({ service, port, HostIp, HostPort })),
    ),
  )
  assert.deepEqual(published.map(({ service, port, HostIp, HostPort }) => `${service} ${port} ${HostIp}:${HostPort}`).sort(), [
    `cortex-proxy 6080/tcp 127.0.0.1:${place.ports.vnc}`,
    `cortex-proxy 8000/tcp 127.0.0.1:${place.ports.proxy}`,
  ])
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  const others = own.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address)
  for (const address of others) assert.equal(await isOpen(address, place.ports.proxy), false, address)
  assert.equal(await isOpen('127.0.0.1', place.ports.proxy), true)
}

const isOpen = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2000 })
    const end = (open: boolean) => () => {
      socket.destroy()
      resolve(open)
    }
    socket.on('connect', end(true)).on('error', end(false)).on('timeout', end(false))
  })

const onlyOneWayOut = async (place: Composed): Promise<void> => {
  for (const { service, NetworkSettings } of await containers(place)) {
    const names = Object.keys(NetworkSettings.Networks).map((name) => name.replace(/^.*_/, ''))
    assert.deepEqual(names.sort(), service === 'cortex-proxy' ? ['inside', 'outside'] : ['inside'], service)
  }
  assert.deepEqual([await place.isInternal('inside'), await place.isInternal('outside')], [true, false])
}

const isHardened = async (place: Composed): Promise<void> => {
  for (const { service, HostConfig, Config } of await containers(place)) {
    assert.match(Config.User, /^(node|1000(:1000)?)$/, service)
    assert.deepEqual([HostConfig.ReadonlyRootfs, HostConfig.CapDrop, HostConfig.Privileged], [true, ['ALL'], false], service)
    assert.ok(HostConfig.SecurityOpt.includes('no-new-privileges:true'), service)
  }
  for (const service of ['cortex-proxy', 'simulator'])
    assert.equal(await place.script(service, 'console.log(process.getuid())'), '1000', service)
}

const answer = async ({ ports, token }: Composed, content: string): Promise<string> => {
  const client = new OpenAI({ baseURL: `http://127.0.0.1:${ports.proxy}/v1`, apiKey: token, maxRetries: 0, timeout: 120_000 })
  const completion = await client.chat.completions.create({ model: 'cortex', messages: [{ role: 'user', content }] })
  return completion.choices[0]?.message.content ?? ''
}

const Facts = z.object({ prompts: z.array(z.object({ text: z.string() })), clicks: z.object({ login: z.number() }) })
const facts = async (place: Composed) => {
  const text = `console.log(await (await fetch('http://127.0.0.1:8080/simulator/facts')).text())`
  return Facts.parse(JSON.parse(await place.script('simulator', text)))
}

const script = async (place: Composed, markdown: string): Promise<void> => {
  const body = JSON.stringify(JSON.stringify([{ answer: markdown, thinking: { ms: 300 } }]))
  await place.script('simulator', `await fetch('http://127.0.0.1:8080/simulator/script', { method: 'POST', body: ${body} })`)
}

const isAnswered = async (place: Composed): Promise<void> => {
  await script(place, 'The answer is **42**.')
  assert.match(await answer(place, 'What is the answer?'), /The answer is \*\*42\*\*\./)
  const { prompts, clicks } = await facts(place)
  assert.equal(prompts.length, 1)
  assert.match(prompts[0]?.text ?? '', /What is the answer\?/)
  assert.equal(clicks.login, 1, 'signed in once, before the proxy started')
}

/** Sent once more and answered, without another sign-in. */
const answersAgain = async (place: Composed): Promise<void> => {
  await healthy(place)
  const before = await facts(place)
  await script(place, 'Still here.')
  assert.equal((await answer(place, `Are you there after ${before.prompts.length}?`)).trim(), 'Still here.')
  const after = await facts(place)
  assert.deepEqual([after.prompts.length, after.clicks.login], [before.prompts.length + 1, 1])
}

const healthy = async ({ ports }: Composed): Promise<void> => {
  for (const until = Date.now() + 60_000; ; await new Promise((resolve) => setTimeout(resolve, 250))) {
    const status = await fetch(`http://127.0.0.1:${ports.proxy}/health`).then(
      ({ status: code }) => code,
      () => 0,
    )
    if (status === 200) return
    assert.ok(Date.now() < until, 'the proxy is not back after a minute')
  }
}

const needsPassword = async (place: Composed): Promise<void> => {
  const start = place.composeWith(
    { DEBUG_SHOW_BROWSER: 'true', CORTEX_VNC_PASSWORD: '' },
    'run',
    '--rm',
    '--no-deps',
    '--no-TTY',
    'cortex-proxy',
  )
  await assert.rejects(start, /DEBUG_SHOW_BROWSER=true shows a signed-in browser: set CORTEX_VNC_PASSWORD/)
}

const signsInThroughNovnc = async (place: Composed): Promise<void> => {
  await place.script('simulator', signOut)
  await place.composeWith({ DEBUG_SHOW_BROWSER: 'true' }, 'up', '--detach', '--wait', '--wait-timeout', '120', 'cortex-proxy')
  const url = `http://127.0.0.1:${place.ports.vnc}`
  assert.match(await novncSays(url, 'wrong'), /fail|denied|refused/i)
  const { clicks } = await facts(place)
  await signInByHand(url, place.vncPassword, async () => (await facts(place)).clicks.login > clicks.login)
  await script(place, 'Signed in by hand.')
  assert.equal((await answer(place, 'Who signed in?')).trim(), 'Signed in by hand.')
}

/** A renderer in a sandbox of its own lives in a process namespace below the container's, and filters its system calls. */
const isSandboxed = async (place: Composed): Promise<void> => {
  const look = `
    import { readdirSync, readFileSync } from 'node:fs'
    const read = (path) => { try { return readFileSync(path, 'utf8') } catch { return '' } }
    const found = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).flatMap((pid) => {
      const command = read('/proc/' + pid + '/cmdline').replaceAll('\\0', ' ')
      return /^\\S*chrom\\S* .*--type=renderer/.test(command) ? [{ command, status: read('/proc/' + pid + '/status') }] : []
    })
    console.log(JSON.stringify(found))`
  const renderers = z
    .array(z.object({ command: z.string(), status: z.string() }))
    .parse(JSON.parse(await place.script('cortex-proxy', look)))
  assert.ok(renderers.length > 0, 'there is a renderer')
  for (const { command, status } of renderers) {
    assert.doesNotMatch(command, /--no-sandbox/)
    assert.match(status, /^NSpid:\t\d+\t\d+/m)
    assert.match(status, /^Seccomp:\t2$/m)
  }
}

const blobsAreInS3 = async (place: Composed): Promise<void> => {
  const stored = await place.compose('exec', '--no-TTY', 's3', 'ls', '/data/cortex-blobs/sha256')
  assert.ok(stored.split('\n').length >= 2, stored)
  for (const name of stored.split('\n')) assert.match(name, /^[0-9a-f]{64}$/)
  const onBus = await place.compose('exec', '--no-TTY', 'nats', 'ls', '/data/jetstream/$G/streams')
  assert.doesNotMatch(onBus, /OBJ_/)
  assert.match(onBus, /EVENTS/)
}
