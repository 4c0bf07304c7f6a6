import assert from 'node:assert/strict'
import { test } from 'node:test'
import { declaredIn } from '../../../../functions/rules/gate/declared.ts'
import { renamedCopy } from '../../../../functions/rules/gate/renamed.ts'
import type { RuleLanguage } from '../../../../functions/rules/rule-ports.ts'

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: they are code to be renamed.
const samples: readonly [language: RuleLanguage, code: string, renamed: string][] = [
  [
    'typescript',
    "import { exec } from 'x'\nasync function listAll(name: string, { depth }: Options) {\n  const out = await exec(`ls ${name}`, { name: depth })\n  return out.name // name\n}",
    "import { exec } from 'x'\nasync function listAllTwin(nameTwin: string, { depthTwin }: Options) {\n  const outTwin = await exec(`ls ${nameTwin}`, { name: depthTwin })\n  return outTwin.name // name\n}",
  ],
  [
    'javascript',
    "const fs = require('fs')\nfs.readFile(path, (failure) => stop(failure))",
    "const fs = require('fs')\nfs.readFile(path, (failureTwin) => stop(failureTwin))",
  ],
  [
    'javascript',
    'class Cart {\n  add(item) {\n    this.add(item.add)\n  }\n}',
    'class CartTwin {\n  addTwin(itemTwin) {\n    this.addTwin(itemTwin.add)\n  }\n}',
  ],
  [
    'python',
    "def load(path, items=[]):\n    with open(path) as source:\n        text = f'{path}: x'\n        return parse(text, path=path)",
    "def loadTwin(pathTwin, itemsTwin=[]):\n    with open(pathTwin) as sourceTwin:\n        textTwin = f'{pathTwin}: x'\n        return parse(textTwin, path=pathTwin)",
  ],
  ['python', 'import numpy as np\nnp.load(x)', 'import numpy as np\nnp.load(x)'],
  [
    'go',
    'func (s *Stock) Remove(sku string) error {\n\trow, err := s.conn.Exec(sku)\n\treturn err\n}',
    'func (sTwin *Stock) RemoveTwin(skuTwin string) error {\n\trowTwin, err := sTwin.conn.Exec(skuTwin)\n\treturn err\n}',
  ],
  [
    'java',
    'class Door {\n  boolean isOpen(String state) {\n    int count = 0;\n    return state == "state";\n  }\n}',
    'class DoorTwin {\n  boolean isOpenTwin(String stateTwin) {\n    int countTwin = 0;\n    return stateTwin == "state";\n  }\n}',
  ],
]
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: they are code to be renamed.

test('what code declares itself is called otherwise in its copy; what others declare, fields, keys, texts and comments stay', () => {
  for (const [language, code, renamed] of samples) assert.equal(renamedCopy(code, language).code, renamed)
})

test('a function and a class can be told from a variable', () => {
  const { values, callables } = declaredIn('const digest = 1\nfunction digestOf(upload) {}\nclass Upload {}', 'javascript')
  assert.deepEqual(
    [[...values].sort(), [...callables].sort()],
    [
      ['digest', 'upload'],
      ['Upload', 'digestOf'],
    ],
  )
})
