import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type HomeAnswer, homeAnswer } from '../../../browser-worker/lane/ask-home.ts'
import { askPauseMs, cookieHints, watchForPerson } from '../../../browser-worker/lane/person-watch.ts'
import { fakeTab } from '../../support/fake-tab.ts'

test('a cookie that never came before is worth a look after 10 s, one that keeps changing after pauses that double up to 5 minutes', () => {
  let now = 0
  const areWorth = cookieHints(() => now)
  assert.equal(areWorth([]), false)
  assert.equal(areWorth(['restless']), true)
  const looks: number[] = []
  for (; now < 1_300_000; now += 1000) if (areWorth(['restless', ...(now >= 35_000 ? ['session'] : [])])) looks.push(now)
  assert.deepEqual(looks, [10_000, 30_000, 40_000, 120_000, 280_000, 580_000, 880_000, 1_180_000])
})

test('a page that makes up a new name each time is loaded every 5 minutes in the end', () => {
  let now = 0
  const areWorth = cookieHints(() => now)
  const looks: number[] = []
  for (; now < 4 * 3_600_000; now += 1000) if (areWorth([`made-up-${now}`])) looks.push(now)
  assert.equal(Math.min(...looks.slice(1).map((at, index) => at - (looks[index] ?? 0))), 10_000)
  assert.equal(looks.filter((at) => at >= 3 * 3_600_000).length, 12)
})

/** A watch whose clock, window and server are told; `asked` counts the questions to the server. */
const watching = (personMayBeThere: boolean) => {
  const tab = fakeTab()
  const world = { now: 0, asked: 0, typed: 0, answer: { words: '200 {}', isOpen: true } as HomeAnswer | undefined }
  const askHome = async () => {
    world.asked++
    return world.answer
  }
  const person = watchForPerson({ personMayBeThere, askHome, typedLength: async () => world.typed }, () => world.now)
  const view = { state: 'auth_required', reason: 'signed out', since: new Date(0), until: new Date(300_000) } as const
  const wantsLoad = (ms: number, ...next: [] | [HomeAnswer | undefined]): Promise<boolean> => {
    world.now += ms
    if (next.length > 0) world.answer = next[0]
    return person.wantsLoad(view, tab)
  }
  return { tab, world, person, wantsLoad }
}
const signedOut = { words: '200 {}', isOpen: true }
const signedIn = { words: '200 user', isOpen: true }

for (const personMayBeThere of [false, true])
  test(`home’s server is asked every 10 s, and another answer is worth a load ${personMayBeThere ? 'of a tab at a window' : 'unseen'}`, async () => {
    const { world, wantsLoad } = watching(personMayBeThere)
    for (let seconds = 0; seconds < 60; seconds++) assert.equal(await wantsLoad(1000), false)
    assert.equal(world.asked, 6)
    assert.equal(await wantsLoad(10_000, signedIn), true)
  })

test('a refusal, the login and a server that cannot be asked are no sign-in; who was refused and is not any more has signed in', async () => {
  const { wantsLoad } = watching(false)
  assert.equal(await wantsLoad(0, { words: '401', isOpen: false }), false)
  for (const answer of [{ words: '200 /login', isOpen: false }, undefined]) assert.equal(await wantsLoad(10_000, answer), false)
  assert.equal(await wantsLoad(10_000, signedOut), true)
})

test('a tab at a window is not loaded while somebody types into it, whatever the server says; one that nobody sees is', async () => {
  const [seen, unseen] = [watching(true), watching(false)]
  for (const { world, wantsLoad } of [seen, unseen]) {
    await wantsLoad(0, signedOut)
    world.typed = 8
  }
  assert.deepEqual([await seen.wantsLoad(10_000, signedIn), await unseen.wantsLoad(10_000, signedIn)], [false, true])
  assert.equal(seen.world.asked, 1)
  seen.world.typed = 0
  assert.equal(await seen.wantsLoad(0, signedIn), true)
})

test('cookies that came while somebody typed are worth a load as soon as the text is gone', async () => {
  const { world, tab, wantsLoad } = watching(true)
  tab.session.letTabsBe(true)
  tab.bake('signed-in')
  world.typed = 8
  for (let seconds = 0; seconds < 60; seconds++) assert.equal(await wantsLoad(1000), false)
  world.typed = 0
  assert.equal(await wantsLoad(0), true)
})

test('a text that stands still for 5 minutes was left, one that grows was not; nobody needs to have heard the server before it', async () => {
  const { world, wantsLoad } = watching(true)
  world.typed = 8
  assert.equal(await wantsLoad(0, signedOut), false)
  assert.equal(await wantsLoad(299_000, signedIn), false)
  world.typed = 9
  assert.equal(await wantsLoad(1000, signedIn), false)
  assert.equal(await wantsLoad(299_999, signedIn), false)
  assert.equal(await wantsLoad(1, signedIn), true)
})

test('a server that was away, had enough of questions or was out of order before it said that nobody is signed in tells of no sign-in', async () => {
  const { tab, wantsLoad } = watching(false)
  const url = 'https://chat.test/api/auth/session'
  const says = (status: number, names: readonly string[] = []) => homeAnswer({ status, url, title: '', names }, tab.pack, tab.home)
  for (const answer of [homeAnswer(null, tab.pack, tab.home), says(429), says(502), says(200), says(503), says(200)])
    assert.equal(await wantsLoad(10_000, answer), false)
  assert.equal(await wantsLoad(10_000, says(200, ['user'])), true)
})

test('who is refused, sent on or shown the login is not signed in', () => {
  const { pack, home } = fakeTab()
  const isOpen = (status: number, path = '') => homeAnswer({ status, url: home + path, title: '', names: [] }, pack, home)?.isOpen
  assert.deepEqual([isOpen(401), isOpen(403), isOpen(0), isOpen(302), isOpen(200, 'auth/login')], Array(5).fill(false))
  assert.deepEqual([isOpen(200), isOpen(204)], [true, true])
  assert.deepEqual([isOpen(404), isOpen(429), isOpen(503, 'auth/login')], Array(3).fill(undefined))
})

test('home’s server is asked every 10 s for 10 minutes, then up to every minute at a light address and every 5 minutes at home', () => {
  const seconds = (minutes: number): number[] => [true, false].map((isLight) => askPauseMs(minutes * 60_000, isLight) / 1000)
  assert.deepEqual([0, 9.99, 10, 20, 50, 1440].map(seconds), [
    [10, 10],
    [10, 10],
    [30, 60],
    [60, 120],
    [60, 300],
    [60, 300],
  ])
})

test('somebody who types or comes back from another site may sign in for 10 minutes more: the server is asked every 10 s again', async () => {
  const { world, person, wantsLoad } = watching(true)
  const askedWithin = async (seconds: number): Promise<number> => {
    const before = world.asked
    for (let second = 0; second < seconds; second++) await wantsLoad(1000)
    return world.asked - before
  }
  assert.equal(await askedWithin(599), 60)
  assert.ok((await askedWithin(3600)) < 80)
  world.typed = 8
  await wantsLoad(1000)
  world.typed = 0
  assert.equal(await askedWithin(60), 6)
  await askedWithin(3600)
  person.judge({ state: 'unknown', reason: 'no composer', isElsewhere: true })
  person.judge({ state: 'auth_required', reason: 'signed out' })
  assert.equal(await askedWithin(60), 6)
})

test('a page of another site that nobody knows is left to whoever may sign in there, until it has stood still unused for the whole waiting', async () => {
  const { world, person, wantsLoad } = watching(true)
  const provider = { state: 'unknown', reason: 'no composer at https://accounts.test/', isElsewhere: true } as const
  assert.deepEqual(person.judge(provider), { state: 'auth_required', reason: `somebody may be signing in: ${provider.reason}` })
  await wantsLoad(0, signedOut)
  assert.equal(await wantsLoad(299_999, signedIn), false)
  world.typed = 8
  assert.equal(await wantsLoad(1, signedIn), false)
  world.typed = 0
  assert.equal(await wantsLoad(0, signedIn), true)
})

test('unseen, or without anybody who is awaited, a page that nobody knows is just that', () => {
  const provider = { state: 'unknown', reason: 'no composer', isElsewhere: true } as const
  assert.equal(watching(false).person.judge(provider), provider)
  const blank = { state: 'unknown', reason: 'no composer' } as const
  assert.equal(watching(true).person.judge(blank), blank)
})

test('while a person is awaited a page of home’s own that nobody knows is his as well, an error page is not', async () => {
  const { person } = watching(true)
  const view = (state: 'ready' | 'auth_required') => ({ state, reason: '', since: new Date(0) })
  await person.attend(view('ready'), view('auth_required'), fakeTab().session)
  assert.equal(person.judge({ state: 'unknown', reason: 'a code is asked for' }).state, 'auth_required')
  assert.equal(person.judge({ state: 'degraded', reason: 'an error page' }).state, 'degraded')
})
