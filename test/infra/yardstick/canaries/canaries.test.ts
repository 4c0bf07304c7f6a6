import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canariesIn, withCanaries } from '../../../../infra/yardstick/canaries/canaries.ts'

/** Words that everybody knows, in the order in which they are drawn: a name, what a test gets, what it wants. */
const words = () => {
  const drawn = ['name', 'got', 'wanted', 'second', 'given', 'expected', 'third', 'mine', 'yours'].values()
  return () => drawn.next().value ?? 'more'
}
const planted = (file: string, text: string): string =>
  withCanaries(
    file,
    text,
    canariesIn(file, text, words()).map(({ failing }) => failing),
  )

const rows: Readonly<Record<string, readonly [file: string, text: string, planted: string]>> = {
  'node:test with assert, in its own hand': [
    'test/add.test.js',
    "import assert from 'node:assert/strict'\nimport { test } from 'node:test'\ntest('adds', () => assert.equal(add(1, 2), 3))",
    "\n\ntest('name', () => {\n  assert.equal('got', 'wanted')\n})\n",
  ],
  'jest and vitest with expect, each assertion once': [
    'src/add.spec.ts',
    'describe("x", () => {\n    it("y", () => {\n        expect(add(1)).toBe(2);\n        expect(all()).toEqual([2]);\n        expect(1).toBe(1);\n    });\n});\n',
    '\nit("name", () => {\n    expect("got").toBe("wanted");\n});\n\nit("second", () => {\n    expect("given").toEqual("expected");\n});\n',
  ],
  'mocha with chai': [
    'test/add.js',
    "describe('x', () => {\n\tit('y', () => { expect(add(1)).to.deep.equal(2) })\n})\n",
    "\nit('name', () => {\n\texpect('got').to.deep.equal('wanted')\n})\n",
  ],
  'tape and ava, whose tests are given their assertions': [
    'test/add.test.js',
    "test('x', (t) => {\n  t.is(add(1), 2)\n  t.end()\n})\n",
    "\ntest('name', (t) => {\n  t.is('got', 'wanted')\n  t.end()\n})\n",
  ],
  'assertions of its own, which nobody knows': [
    'test/add.test.js',
    "test('x', () => same(add(1), 2))\n",
    "\ntest('name', () => {\n  if (!'got'.includes('wanted')) throw new Error('wanted')\n})\n",
  ],
  'a program that compares as it goes': [
    'test/run.js',
    "const assert = require('assert')\nassert.strictEqual(add(1), 2)\nassert.ok(add(0))\n",
    "\nassert.strictEqual('got', 'wanted')\n",
  ],
  'unittest, before it is told to run': [
    'test_add.py',
    'class Sums(unittest.TestCase):\n    def test_add(self):\n        self.assertEqual(add(1), 2)\n',
    '\n\nclass ZzName(unittest.TestCase):\n    def test_name(self):\n        self.assertEqual("wanted", "got")\n\n\n',
  ],
  pytest: ['test_add.py', 'def test_add():\n    assert add(1) == 2\n', '\n\ndef test_name():\n    assert "got" == "wanted"\n\n\n'],
  Go: [
    'sums_test.go',
    'func TestAdd(t *testing.T) {\n\tt.Fatal("x")\n}\n',
    '\nfunc TestName(t *testing.T) {\n\tif "got" != "wanted" {\n\t\tt.Fatal("wanted")\n\t}\n}\n',
  ],
  'Go with testify': [
    'sums_test.go',
    'func TestAdd(t *testing.T) {\n\trequire.Equal(t, 1, add())\n}\n',
    '\nfunc TestName(t *testing.T) {\n\trequire.Equal(t, "got", "wanted")\n}\n',
  ],
  Rust: [
    'tests/add.rs',
    '#[test]\nfn adds() {\n    assert_eq!(add(1), 2);\n}\n',
    '\n#[test]\nfn name() {\n    assert_eq!("got", "wanted");\n}\n',
  ],
  minitest: [
    'test/add_test.rb',
    'class AddTest < Minitest::Test\n  def test_add\n    assert_equal 2, add(1)\n  end\nend\n',
    "\nclass ZzName < Minitest::Test\n  def test_name\n    assert_equal 'got', 'wanted'\n  end\nend\n",
  ],
  rspec: [
    'spec/add_spec.rb',
    "RSpec.describe Add do\n  it('adds') { expect(add(1)).to eq(2) }\nend\n",
    "\nRSpec.describe 'name' do\n  it 'name' do\n    expect('got').to eq('wanted')\n  end\nend\n",
  ],
}
for (const [name, [file, text, added]] of Object.entries(rows))
  test(`a test that must fail is written as the file writes its own: ${name}`, () => assert.equal(planted(file, text), text + added))

const inner: typeof rows = {
  'before a program of unittest is told to run': [
    'test_add.py',
    'class Sums(TestCase):\n    def test_add(self):\n        self.fail()\n',
    'if __name__ == "__main__":\n    main()\n',
  ],
  'in the module of tests of Rust': [
    'src/lib.rs',
    'mod tests {\n    #[test]\n    fn adds() {\n        assert_eq!(add(1), 2);\n    }\n',
    '}\n',
  ],
  'in the class of JUnit': [
    'AddTest.java',
    'class AddTest {\n    @Test\n    void adds() {\n        assertEquals(2, add(1));\n    }\n',
    '}\n',
  ],
  'in the class of PHPUnit': [
    'tests/AddTest.php',
    'final class AddTest extends TestCase\n{\n    function testAdd() { $this->assertSame(2, add(1)); }\n',
    '}\n',
  ],
}
for (const [name, [file, before, after]] of Object.entries(inner))
  test(`it stands where tests stand: ${name}`, () => {
    const text = planted(file, before + after)
    assert.ok(text.startsWith(before) && text.endsWith(after), text)
    assert.match(text.slice(before.length, -after.length), /got.*wanted|wanted.*got/)
  })

test('the same test, made to pass, wants what it gets', () => {
  const [canary] = canariesIn('test_add.py', 'def test_add():\n    assert add(1) == 2\n', words())
  assert.match(canary?.passing ?? '', /assert "wanted" == "wanted"/)
})

test('nothing is added where nobody knows how tests are written', () => {
  assert.deepEqual(canariesIn('test/data.json', '{}'), [])
  assert.deepEqual(canariesIn('test/helper.js', 'export const one = 1\n'), [])
})

const inRust = 'mod tests {\n    #[test]\n    fn adds() {}\n}\n'
test('nothing is added to a file of which bytes were lost as it was read', () => {
  assert.equal(canariesIn('src/lib.rs', `// é\n${inRust}`).length, 1)
  assert.deepEqual(canariesIn('src/lib.rs', `// \uFFFD\n${inRust}`), [])
})

const long: Readonly<Record<string, readonly [file: string, text: string]>> = {
  JavaScript: ['test/add.test.js', "test('x', () => same(add(1), 2))\n"],
  Python: ['test_add.py', 'def test_add():\n    assert add(1) == 2\n'],
  Rust: ['src/lib.rs', inRust],
}
for (const [language, [file, text]] of Object.entries(long))
  test(`nothing is added to a file of more than 512 KB: ${language}`, () => {
    assert.equal(canariesIn(file, '\n'.repeat(400 * 1024) + text).length, 1)
    assert.deepEqual(canariesIn(file, '\n'.repeat(512 * 1024) + text), [])
  })

const tiring: Readonly<Record<string, string>> = {
  'modules of tests of which none is closed': 'mod m {\n    #[test]\n    }\n'.repeat(2000),
  'modules without tests': 'pub mod m {\n'.repeat(30_000),
}
for (const [name, text] of Object.entries(tiring))
  test(`what Rust has in a file is seen at once: ${name}`, () => {
    const start = performance.now()
    assert.deepEqual(canariesIn('src/lib.rs', text), [])
    const took = performance.now() - start
    assert.ok(took < 3000, `${took} ms for ${text.length} characters: every part is to be looked for once`)
  })

test('nobody can have known its words', () => {
  const marks = Array.from({ length: 20 }, () => canariesIn('a_test.go', 'func TestA(t *testing.T) {}\n')[0]?.mark)
  assert.equal(new Set(marks).size, 20)
})
