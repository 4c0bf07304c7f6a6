import { capital, type Kit } from './kit.ts'

const files = /\.py$/
const main = /^if __name__\s{0,8}==/m
/** What is defined after the program was told to run its tests is not one of them. */
const place = (text: string): number => main.exec(text)?.index ?? text.length

const unittest: Kit = {
  files,
  says: /^class\s{1,8}\w{1,80}\(([\w.]{0,80}TestCase)\)/m,
  assertions: [
    [/\b(self)\.(assertEqual|assertEquals|assertIn|assertMultiLineEqual|assertRegex)\(/g, '$1.$2(E, A)'],
    [/\b(self)\.(assertTrue)\(/g, '$1.$2(E in A, E)'],
    [/\b(self)\.(assertFalse)\(/g, '$1.$2(E not in A, E)'],
    [/^\s{1,80}(assert)() /gm, '$1 A == E'],
  ],
  otherwise: 'assert A == E',
  most: 3,
  // Classes are run in the order of their names.
  write: (name, call, _, [, parent]) => `\n\nclass Zz${capital(name)}(${parent}):\n    def test_${name}(self):\n        ${call}\n\n\n`,
  place,
}

const pytest: Kit = {
  files,
  says: /^[ \t]{0,40}(?:async )?def test_\w{1,200}\(/m,
  assertions: [],
  otherwise: 'assert A == E',
  most: 1,
  write: (name, call) => `\n\ndef test_${name}():\n    ${call}\n\n\n`,
  place,
}

const script: Kit = {
  files,
  says: /^assert /m,
  assertions: [],
  otherwise: 'assert A == E, E',
  most: 1,
  write: (_, call) => `\n${call}\n`,
}

export const kitsOfPython: readonly Kit[] = [unittest, pytest, script]
