import assert from 'node:assert/strict'
import { test } from 'node:test'
import { missedOfNetwork } from '../../../infra/checks/network-words.ts'
import { registriesOf } from '../../../infra/checks/registries.ts'

const noFile = async () => null

test('a setup reaches the registries its commands fetch from, and no others', async () => {
  const npm = await registriesOf(['npm ci', 'npm run build'], {}, noFile)
  assert.deepEqual(npm.hosts, ['registry.npmjs.org', 'registry.yarnpkg.com'])
  const mixed = await registriesOf(['python3 -m pip install -r requirements.txt && /usr/bin/cargo fetch'], {}, noFile)
  assert.deepEqual(mixed.hosts, ['pypi.org', 'files.pythonhosted.org', 'index.crates.io', 'static.crates.io'])
  assert.deepEqual(await registriesOf(['./setup.sh', 'make npmish'], { PIP_INDEX_URL: 'https://a.example/simple' }, noFile), {
    hosts: [],
    variables: {},
    files: {},
  })
})

test('where this machine has registries of its own they are reached and named, without their logins', async () => {
  const env = {
    npm_config_registry: 'https://me:secret@npm.corp.example:8443/r/',
    PIP_INDEX_URL: 'https://x.example',
    AWS_SECRET_ACCESS_KEY: 'secret',
    NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
  }
  const npmrc =
    '//npm.corp.example/:_authToken=secret\n@corp:registry=https://scoped.example/\nregistry = http://localhost:4873/\nemail=x\n'
  const found = await registriesOf(['npm ci'], env, async (file) => (file === '.npmrc' ? npmrc : null))
  assert.deepEqual(found.hosts.slice(2), ['npm.corp.example:8443', 'scoped.example'])
  assert.deepEqual(found.variables, { npm_config_registry: 'https://npm.corp.example:8443/r/', NODE_EXTRA_CA_CERTS: '/etc/ca.pem' })
  assert.deepEqual(found.files, { '.npmrc': '@corp:registry=https://scoped.example/\nregistry = http://localhost:4873/\n' })
  assert.equal(JSON.stringify(found).includes('secret'), false)
})

test('a command that failed for want of the network is told what it missed and what opens it', () => {
  const run = { exitCode: 1, refused: ['a.example:443', 'a.example:80'], stdout: '', stderr: '' }
  assert.match(
    missedOfNetwork(run, 'shop', 'setup_network') ?? '',
    /did not let it reach a\.example:443.*setup_network = \["a\.example"\] in \[projects\.shop\]/,
  )
  assert.match(
    missedOfNetwork({ ...run, refused: [], stderr: 'getaddrinfo EAI_AGAIN db' }, 'shop', 'network') ?? '',
    /network in \[projects\.shop\]/,
  )
  assert.equal(missedOfNetwork({ ...run, refused: [] }, 'shop', 'network'), null)
  assert.equal(missedOfNetwork({ ...run, exitCode: 0 }, 'shop', 'network'), null)
})

test('whoever opens a host keeps those that were open', () => {
  const run = { exitCode: 1, refused: ['github.com:443'], stdout: '', stderr: '' }
  assert.match(
    missedOfNetwork(run, 'shop', 'setup_network', ['pypi.org', 'files.pythonhosted.org']) ?? '',
    /set setup_network = \["pypi\.org","files\.pythonhosted\.org","github\.com"\]/,
  )
})

test("Java's builders are told of the sandbox's proxy, and Maven of the mirrors of this machine, without their logins", async () => {
  const own = `<settings>
    <servers><server><id>corp</id><password>secret</password></server></servers>
    <!-- <mirrors><mirror><url>https://old.example/</url></mirror></mirrors> -->
    <mirrors><mirror><id>corp</id><url>https://me:secret@maven.corp.example/</url><mirrorOf>*</mirrorOf></mirror></mirrors>
  </settings>`
  const { hosts, files } = await registriesOf(['./mvnw -B test'], {}, async (file) => (file === '.m2/settings.xml' ? own : null))
  assert.equal(hosts.at(-1), 'maven.corp.example')
  const settings = files['.m2/settings.xml'] ?? ''
  assert.match(settings, /<url>https:\/\/maven\.corp\.example\/<\/url>/)
  assert.match(settings, /<port>3128<\/port>\s*<username>\$\{env\.CLOUDSDK_PROXY_USERNAME\}/)
  assert.doesNotMatch(settings, /secret|old\.example/)
  const gradle = (await registriesOf(['gradle test'], {}, noFile)).files['.gradle/init.d/cortex.gradle'] ?? ''
  assert.match(gradle, /upToDateWhen \{ false \}/)
})
