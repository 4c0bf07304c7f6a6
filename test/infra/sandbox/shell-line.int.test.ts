import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { shellLine } from '../../../infra/sandbox/shell-line.ts'

test('a shell reads the very arguments out of the line, whatever they hold', () => {
  const odd = [
    'a b',
    "it's",
    "''",
    '"',
    '$HOME',
    '`id`',
    '$(id)',
    'new\nline',
    'tab\t',
    '\\',
    "\\'",
    '',
    '-n',
    '*',
    'ä€😀',
    '!x',
    ';exit 3',
    '~',
    '#',
    '&&',
    'a=b',
  ]
  const program = 'console.log(JSON.stringify(process.argv.slice(1)))'
  const line = shellLine([process.execPath, '-e', program, '--', ...odd])
  assert.deepEqual(JSON.parse(execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' })), odd)
})

test('what no program can be given is refused', () => {
  assert.throws(() => shellLine(['a\0b']), /NUL/)
})
