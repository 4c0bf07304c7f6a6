import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withInnerTests } from '../../../infra/yardstick/inner-tests.ts'
import { assessed, change, nothing } from './yardstick-setting.ts'

const product = (body: string): string => `pub fn add(a: i64, b: i64) -> i64 {\n    ${body}\n}\n\n`
const one = '    #[test]\n    fn adds() {\n        assert_eq!(super::add(1, 2), 3);\n    }\n'
const more = '\n    #[test]\n    fn adds_nothing() {\n        assert_eq!(super::add(1, 0), 1);\n    }\n'
const tests = (...bodies: string[]): string => `#[cfg(test)]\nmod tests {\n${bodies.join('')}}\n`
const base = product('a - -b') + tests(one)

test('the tests in a file of Rust are those of the base, over the product of the head', () => {
  const weak = product('a - b') + tests(one.replace('3', '-1'))
  assert.deepEqual(withInnerTests(base, weak), { text: product('a - b') + tests(one), isMore: false })
  assert.deepEqual(withInnerTests(base, product('a - b').trimEnd()), {
    text: `${product('a - b').trimEnd()}\n${tests(one)}`,
    isMore: false,
  })
  assert.deepEqual(withInnerTests(base, product('a + b') + tests(one, more)), { text: product('a + b') + tests(one), isMore: true })
})

test('a head with the same tests, or a base without any, is left as it is', () => {
  assert.equal(withInnerTests(base, product('a + b') + tests(one)), null)
  assert.equal(withInnerTests(product('a'), product('a') + tests(one)), null)
})

test('what stands behind a module of tests is the product, wherever the module stands', () => {
  assert.equal(withInnerTests(base, base + product('a + b')), null)
  const head = product('a - b') + tests(one, more) + product('b')
  assert.deepEqual(withInnerTests(base, head), { text: product('a - b') + product('b') + tests(one), isMore: true })
  assert.equal(withInnerTests(tests(one) + product('a'), product('b'))?.text, product('b') + tests(one))
})

test('line ends of Windows make no other tests, and hide none', () => {
  const windows = (text: string): string => text.replaceAll('\n', '\r\n')
  assert.equal(withInnerTests(base, windows(base)), null)
  const weak = product('a - b') + tests(one.replace('3', '-1'))
  assert.equal(withInnerTests(windows(base), windows(weak))?.text, windows(product('a - b') + tests(one)))
})

test('attributes and words before the module belong to it', () => {
  const told = product('a - -b') + tests(one).replace('mod tests', '#[allow(clippy::all)]\n// what it adds\npub mod tests')
  assert.equal(withInnerTests(told, product('a + b'))?.text, told.replace('a - -b', 'a + b').replace('}\n\n#', '}\n\n#'))
})

test('a change of them is a change of the tests, and more of them are new ones', () => {
  const about = (head: string) => assessed([change('src/lib.rs')], { 'src/lib.rs': { base, head } })
  assert.deepEqual(about(product('a + b') + tests(one)), nothing)
  assert.deepEqual(about(product('a + b') + tests(one, more)).changes, ['test src/lib.rs added'])
  const weak = about(product('a - b') + tests(one.replace('3', '-1')))
  assert.deepEqual(weak.changes, ['test src/lib.rs changed'])
  assert.deepEqual(weak.write, { 'src/lib.rs': product('a - b') + tests(one) })
})
