import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { BlobRef } from '../../bus/blobs.ts'
import { BlobMissing, type BlobStore, type Blobs } from '../../bus/blobs.ts'

/** An empty store for one test, and the hands to look behind it. */
export interface BlobPlace extends AsyncDisposable {
  readonly blobs: BlobStore
  /** The same store as another process sees it. */
  another(): Promise<Blobs>
  /** How many objects are stored. */
  count(): Promise<number>
  /** Puts other bytes in the object's place, past the store's own interface. */
  replace(ref: BlobRef, bytes: Uint8Array): Promise<void>
  /** Takes the object's bytes away but leaves its entry, as a damaged disk would. */
  hollow(ref: BlobRef): Promise<void>
}

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')
const MIB = 1024 * 1024

/** What every blob store must do, whatever it is made of: `open` makes a fresh one for each test. */
export const blobContract = (name: string, open: () => Promise<BlobPlace>): void => {
  const rule = (words: string, check: (place: BlobPlace) => Promise<void>): void => {
    test(`${name}: ${words}`, async () => {
      await using place = await open()
      await check(place)
    })
  }
  keepingRules(rule)
  sharingRules(rule)
  lossRules(rule)
}

type Rule = (words: string, check: (place: BlobPlace) => Promise<void>) => void

const keepingRules = (rule: Rule): void => {
  rule('what was put comes back, and its reference tells size, type and sha256', async ({ blobs }) => {
    const ref = await blobs.put('Straße ☂', 'text/plain')
    assert.equal(ref.sha256, sha256('Straße ☂'))
    assert.deepEqual([ref.bytes, ref.contentType], [Buffer.byteLength('Straße ☂'), 'text/plain'])
    assert.ok(ref.key.includes(ref.sha256), 'the key is made of the content')
    assert.equal(await blobs.text(ref), 'Straße ☂')
    assert.equal(Buffer.from(await blobs.bytes(ref)).toString(), 'Straße ☂')
  })
  rule('an empty blob is a blob', async ({ blobs }) => {
    const ref = await blobs.put('', 'text/plain')
    assert.deepEqual([ref.bytes, ref.sha256], [0, sha256('')])
    assert.equal(await blobs.text(ref), '')
    assert.equal((await blobs.bytes(ref)).byteLength, 0)
  })
  rule('a blob of 20 MiB comes back byte for byte', async ({ blobs }) => {
    const content = randomBytes(20 * MIB)
    const ref = await blobs.put(content, 'application/octet-stream')
    assert.equal(ref.bytes, content.byteLength)
    assert.ok(content.equals(await blobs.bytes(ref)))
  })
  rule('another process reads it as soon as the put has returned', async ({ blobs, another }) => {
    const ref = await blobs.put('shared', 'text/plain')
    assert.equal(await (await another()).text(ref), 'shared')
  })
}

const sharingRules = (rule: Rule): void => {
  rule('the same content put twice is one object with one key', async ({ blobs, count }) => {
    const [first, again] = [await blobs.put('same', 'text/plain'), await blobs.put(new TextEncoder().encode('same'), 'text/plain')]
    assert.deepEqual(again, first)
    assert.equal(await count(), 1)
  })
  rule('different contents are different objects', async ({ blobs, count }) => {
    const [one, two] = [await blobs.put('one', 'text/plain'), await blobs.put('two', 'text/plain')]
    assert.notEqual(one.key, two.key)
    assert.deepEqual([await blobs.text(one), await blobs.text(two), await count()], ['one', 'two', 2])
  })
  rule('puts of the same content at once, from two processes, end in one readable object', async ({ blobs, another, count }) => {
    const [other, content] = [await another(), randomBytes(MIB)]
    const refs = await Promise.all([...Array(12).keys()].map((n) => (n % 2 ? blobs : other).put(content, 'application/octet-stream')))
    for (const ref of refs) assert.deepEqual(ref, refs[0])
    assert.equal(await count(), 1)
    for (const reader of [blobs, other]) assert.ok(content.equals(await reader.bytes(refs[0]!)))
  })
  rule('many different blobs at once are all kept', async ({ blobs, count }) => {
    const texts = [...Array(60).keys()].map((n) => `content ${n}`)
    const refs = await Promise.all(texts.map((text) => blobs.put(text, 'text/plain')))
    assert.deepEqual(await Promise.all(refs.map((ref) => blobs.text(ref))), texts)
    assert.equal(await count(), 60)
  })
}

const missing = (words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof BlobMissing, `${error}`)
  assert.match(error.message, words)
  return true
}

const lossRules = (rule: Rule): void => {
  rule('what was never put is BlobMissing, with its key', async ({ blobs }) => {
    const digest = sha256('never put')
    const ref = { ...(await blobs.put('something else', 'text/plain')), key: `sha256/${digest}`, sha256: digest }
    await assert.rejects(blobs.bytes(ref), missing(new RegExp(digest)))
    await assert.rejects(blobs.text(ref), missing(new RegExp(digest)))
  })
  rule('what was removed is BlobMissing, and can be put again', async ({ blobs }) => {
    const ref = await blobs.put('here today', 'text/plain')
    for (const _ of ['once', 'and again']) await blobs.remove(ref)
    await assert.rejects(blobs.bytes(ref), missing(/not in/))
    assert.deepEqual(await blobs.put('here today', 'text/plain'), ref)
    assert.equal(await blobs.text(ref), 'here today')
  })
  rule('other bytes under its key are BlobMissing, never the wrong content', async ({ blobs, replace }) => {
    const ref = await blobs.put('the real plan', 'text/plain')
    await replace(ref, new TextEncoder().encode('the false plan'))
    await assert.rejects(blobs.bytes(ref), missing(/damaged/))
  })
  rule('an entry whose bytes are gone is BlobMissing within seconds, and does not wait for ever', async ({ blobs, hollow }) => {
    const ref = await blobs.put(randomBytes(3 * MIB), 'application/octet-stream')
    await hollow(ref)
    await assert.rejects(blobs.bytes(ref), missing(/damaged/))
  })
  rule('content whose object was damaged is whole again after it is put once more', async ({ blobs, hollow, replace }) => {
    for (const damage of [hollow, (ref: BlobRef) => replace(ref, new TextEncoder().encode('something false'))]) {
      const content = randomBytes(1000)
      const ref = await blobs.put(content, 'application/octet-stream')
      await damage(ref)
      await blobs.put(content, 'application/octet-stream')
      assert.ok(content.equals(await blobs.bytes(ref)))
    }
  })
}
