import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BlobMissing } from '../../../bus/blobs.ts'
import { objectStoreBlobs } from '../../../bus/jetstream/object-store.ts'
import { catalogue } from '../../../domain/catalogue/index.ts'
import { forgetPrompts } from '../../../infra/app/forget-prompts.ts'
import { startBus } from '../../support/bus.ts'
import { requested } from '../../support/facts.ts'
import { remembered } from '../../support/retention.ts'

const [then, now] = ['2026-01-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z']
const cutoff = new Date('2026-02-01T00:00:00.000Z')

test('what was asked is removed after its time, but for what was asked again since, and for all that is no question', async () => {
  await using bus = await startBus(catalogue, {})
  const blobs = await objectStoreBlobs(bus.connection)
  const put = (text: string) => blobs.put(text, 'text/markdown')
  const ask = async (id: string, time: string, prompt: string, ...images: string[]) => {
    const data = { ...requested().data, prompt: await put(prompt), images: await Promise.all(images.map(put)) }
    await bus.emit('reasoning.requested', id, data, { time })
    return [data.prompt, ...data.images]
  }
  const old = await ask('task-1', then, 'an old question', 'its image')
  const both = await ask('task-2', then, 'a question of both times')
  await ask('task-3', now, 'a question of both times')
  const answer = await put('an answer')
  await remembered(bus)
  assert.equal(await forgetPrompts(bus.connection, blobs, cutoff), 2)
  for (const ref of old) await assert.rejects(blobs.bytes(ref), BlobMissing)
  for (const ref of [...both, answer]) await blobs.bytes(ref)
  const later = await ask('task-4', then, 'one that came late')
  await remembered(bus)
  assert.equal(await forgetPrompts(bus.connection, blobs, cutoff), 1, 'it goes on where it ended, and looks no second time at what is gone')
  await assert.rejects(blobs.bytes(later[0]!), BlobMissing)
})
