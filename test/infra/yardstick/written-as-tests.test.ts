import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isWrittenAsTest, writtenAsTests } from '../../../infra/yardstick/written-as-tests.ts'

const written: readonly (readonly [file: string, text: string])[] = [
  ['checks/a.js', "import assert from 'node:assert'\nimport { test } from 'node:test'\n"],
  ['checks/a.cjs', "const { test } = require('node:test')\n"],
  ['checks/a.ts', "describe('sums', () => {\n  it('adds', () => expect(add(1, 2)).toBe(3))\n})\n"],
  ['checks/sums.py', 'import pytest\n'],
  ['checks/sums.py', 'from unittest import TestCase\n'],
  ['qa/Sums.java', 'import static org.junit.jupiter.api.Assertions.*;\n'],
  ['qa/sums.rb', "require 'minitest/autorun'\n"],
  ['qa/Sums.php', '<?php\nuse PHPUnit\\Framework\\TestCase;\n'],
  ['qa/Sums.cs', 'using Xunit;\n'],
]
const products: readonly (readonly [file: string, text: string])[] = [
  ['src/a.js', "import assert from 'node:assert'\nconst builtin = ['node:test']\nregexp.test('a')\n"],
  ['src/a.ts', "list.describe('a')\nthis.it('b')\nsubmit('c')\n"],
  ['src/a.ts', "describe('a tool')\n"],
  ['shop/a.py', "extras = {'test': ['pytest']}\nfrom unittest.mock import Mock\n"],
  ['README.md', "import { test } from 'node:test'\n"],
]

test('a program that loads what runs tests, or calls what such a runner gives, is written as a test wherever it lies', () => {
  for (const [file, text] of written) assert.ok(isWrittenAsTest(file, text), text)
  for (const [file, text] of products) assert.ok(!isWrittenAsTest(file, text), text)
})

test('each such program has a word that is looked for, and those alone that were asked for are told', async () => {
  for (const [file, text] of written) {
    const git = {
      mentioning: async ({ texts }: { texts: readonly string[] }) => (texts.some((word) => text.includes(word)) ? ['other.js', file] : []),
      show: async () => text,
    }
    assert.deepEqual(await writtenAsTests(git, { project: 'shop', sha: 'a' }, [file, 'NOTES.md']), [file], text)
  }
})
