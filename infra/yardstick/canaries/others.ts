import { beforeLastBrace, capital, type Kit } from './kit.ts'

const go: Kit = {
  files: /_test\.go$/,
  says: /^func Test\w{0,200}\((\w{1,20}) \*testing\.T\)/m,
  assertions: [
    [/\b(assert|require)\.(Equal|Contains|EqualValues)\(t, /g, '$1.$2(t, A, E)'],
    [/\b(t)\.(Fatalf?|Errorf?)\(/g, 'if A != E {\n\t\t$1.$2(E)\n\t}'],
  ],
  otherwise: 'if A != E {\n\t\tt.Fatal(E)\n\t}',
  most: 3,
  write: (name, call) => `\nfunc Test${capital(name)}(t *testing.T) {\n\t${call}\n}\n`,
}

const comparisonsOfRust: Kit['assertions'] = [[/\b(assert_eq!)()\(/g, '$1(A, E)']]
const otherwiseInRust = 'assert!(A.contains(E), "{}", E)'

const rust: Kit = {
  files: /\.rs$/,
  says: /^#\[test\]/m,
  assertions: comparisonsOfRust,
  otherwise: otherwiseInRust,
  most: 1,
  write: (name, call) => `\n#[test]\nfn ${name}() {\n    ${call};\n}\n`,
}

const rustInside: Kit = {
  ...rust,
  says: /^(?:pub )?mod \w{1,80} \{\r?\n/m,
  followedBy: [/^ {4}#\[test\]/m, /\n\}[ \t\r]{0,80}$/m],
  write: (name, call) => `\n    #[test]\n    fn ${name}() {\n        ${call};\n    }\n`,
  place: beforeLastBrace,
}

const minitest: Kit = {
  files: /\.rb$/,
  says: /^class\s{1,8}[\w:]{1,200}\s{0,8}<\s{0,8}([\w:]{0,80}Test\w{0,40})\s*$/m,
  assertions: [[/\b(assert_equal)()\b/g, '$1 A, E']],
  otherwise: 'assert_includes A, E',
  most: 1,
  write: (name, call, _, [, parent]) => `\nclass Zz${capital(name)} < ${parent}\n  def test_${name}\n    ${call}\n  end\nend\n`,
}

const rspec: Kit = {
  files: /_spec\.rb$/,
  says: /^((?:RSpec\.)?describe)\b/m,
  assertions: [],
  otherwise: 'expect(A).to eq(E)',
  most: 1,
  write: (name, call, _, [, describe]) => `\n${describe} '${name}' do\n  it '${name}' do\n    ${call}\n  end\nend\n`,
}

const java: Kit = {
  files: /\.java$/,
  says: /^\s{0,80}@Test\b/m,
  assertions: [
    [/(?<![\w.])((?:Assert(?:ions)?\.)?)(assertEquals)\(/g, '$1$2(E, A);'],
    [/(?<![\w.])(assertThat)\(\w[\s\S]{0,400}?\)\s{0,80}\.(isEqualTo)\(/g, '$1(A).$2(E);'],
  ],
  otherwise: 'if (!A.contains(E)) throw new AssertionError(E);',
  most: 2,
  write: (name, call) => `\n    @Test\n    public void ${name}() {\n        ${call}\n    }\n`,
  place: beforeLastBrace,
}

const kotlin: Kit = {
  ...java,
  files: /\.kt$/,
  assertions: [[/(?<![\w.])()(assertEquals)\(/g, '$2(E, A)']],
  otherwise: 'if (!A.contains(E)) throw AssertionError(E)',
  most: 1,
  write: (name, call) => `\n    @Test\n    fun ${name}() {\n        ${call}\n    }\n`,
}

const phpunit: Kit = {
  files: /Test\.php$/,
  says: /^(?:final )?class\s{1,8}\w{1,200}\s{1,8}extends\s{1,8}[\w\\]{0,80}TestCase\b/m,
  assertions: [[/(\$this->|self::|static::)(assertSame|assertEquals)\(/g, '$1$2(E, A);']],
  otherwise: '$this->assertSame(E, A);',
  most: 2,
  write: (name, call) => `\n    public function test${capital(name)}(): void\n    {\n        ${call}\n    }\n`,
  place: beforeLastBrace,
}

export const otherKits: readonly Kit[] = [go, rust, rustInside, minitest, rspec, java, kotlin, phpunit]
