import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { symlink, utimes } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { coverageIn, findCoverage } from '../../../infra/checks/coverage.ts'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'

const written = (name: string): string => readFileSync(new URL(`./output/${name}`, import.meta.url), 'utf8')

test('each format says how much is covered, in percent', () => {
  assert.equal(coverageIn(written('lcov.info')), 100)
  assert.equal(coverageIn('SF:a\nLF:3\nLH:1\nend_of_record\nSF:b\nLF:3\nLH:1\nend_of_record\n'), 33.33)
  assert.equal(coverageIn('<?xml version="1.0" ?>\n<coverage version="7.4" line-rate="0.75" branch-rate="0">\n</coverage>'), 75)
  assert.equal(coverageIn(written('cover.out')), 50)
  assert.equal(coverageIn(written('jacoco.xml')), 50)
  assert.equal(coverageIn('mode: count\na.go:1.1,2.2 3 0\na.go:1.1,2.2 3 4\na.go:3.1,4.2 1 0\n'), 75)
})

test('what is no report, or tells of nothing, is no coverage', () => {
  for (const text of ['', 'all good', '<coverage></coverage>', 'LF:0\nLH:0\n', 'mode: set\n'])
    assert.equal(coverageIn(text), undefined, text)
})

test('only a report that this run wrote counts, and no link', async () => {
  await using folder = await temporaryFolder()
  const report = 'SF:a\nLF:4\nLH:1\nend_of_record\n'
  await writeFiles(folder.path, { 'lcov.info': report, 'elsewhere/lcov.info': report })
  const began = Date.now() - 1000
  assert.equal(await findCoverage(folder.path, began), 25)
  await utimes(path.join(folder.path, 'lcov.info'), new Date(began - 5000), new Date(began - 5000))
  assert.equal(await findCoverage(folder.path, began), undefined)
  await symlink('elsewhere', path.join(folder.path, 'coverage'))
  assert.equal(await findCoverage(folder.path, began), undefined)
  await writeFiles(folder.path, { 'elsewhere/site/jacoco/jacoco.xml': written('jacoco.xml') })
  await symlink('elsewhere', path.join(folder.path, 'target'))
  assert.equal(await findCoverage(folder.path, began), undefined)
})
