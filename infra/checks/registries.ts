import type { Environment } from '../config/environment.ts'
import { leadsToThisMachine } from '../config/loopback.ts'
import { gradleSettings, mavenSettings } from './java-settings.ts'

/** Where the packages of a language come from, and how a machine names another place. */
interface Ecosystem {
  /** Programs that fetch them. */
  programs: readonly string[]
  hosts: readonly string[]
  /** Variables that name a place; nothing else of them is handed to a setup. */
  variables: readonly string[]
  /** A file in the person's home, and which lines of it name a place. */
  settings?: { file: string; line: RegExp }
  /** Files in the home that they need in the sandbox: made of the person's own of that name, or of nothing. */
  made?: Readonly<Record<string, (own: string) => string>>
}

const ecosystems: readonly Ecosystem[] = [
  {
    programs: ['npm', 'npx', 'pnpm', 'yarn', 'bun', 'corepack'],
    hosts: ['registry.npmjs.org', 'registry.yarnpkg.com'],
    variables: ['npm_config_registry', 'NPM_CONFIG_REGISTRY', 'npm_config_cafile', 'YARN_NPM_REGISTRY_SERVER'],
    settings: { file: '.npmrc', line: /^\s*(?:@[\w.-]+:)?(?:registry|cafile)\s*=/ },
  },
  {
    programs: ['pip', 'pip3', 'python', 'python3', 'uv', 'poetry', 'pdm', 'pipenv', 'tox', 'hatch'],
    hosts: ['pypi.org', 'files.pythonhosted.org'],
    variables: ['PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'PIP_FIND_LINKS', 'PIP_NO_INDEX', 'UV_INDEX_URL', 'UV_DEFAULT_INDEX', 'UV_INDEX'],
    settings: { file: '.config/pip/pip.conf', line: /^\s*(?:\[[\w-]+\]|(?:index-url|extra-index-url|find-links|no-index|cert)\s*=)/ },
  },
  {
    programs: ['go'],
    hosts: ['proxy.golang.org', 'sum.golang.org'],
    variables: ['GOPROXY', 'GOSUMDB', 'GONOSUMDB', 'GOFLAGS'],
    settings: { file: '.config/go/env', line: /^\s*(?:GOPROXY|GOSUMDB|GONOSUMDB)\s*=/ },
  },
  { programs: ['cargo'], hosts: ['index.crates.io', 'static.crates.io'], variables: [] },
  { programs: ['bundle', 'gem'], hosts: ['rubygems.org', 'index.rubygems.org'], variables: [] },
  {
    programs: ['mvn', 'mvnw', 'gradle', 'gradlew'],
    hosts: ['repo.maven.apache.org', 'repo1.maven.org', 'plugins.gradle.org', 'plugins-artifacts.gradle.org', 'services.gradle.org'],
    variables: [],
    made: { '.m2/settings.xml': mavenSettings, '.gradle/init.d/cortex.gradle': () => gradleSettings },
  },
]

/** Where a program looks for the certificates it trusts. */
const certificates = [
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'REQUESTS_CA_BUNDLE',
  'PIP_CERT',
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
]

/** What a setup is given so that it finds its packages where this machine does. */
export interface Registries {
  hosts: string[]
  variables: Record<string, string>
  /** Files for its home: name below the home -> text. */
  files: Record<string, string>
}

/**
 * The registries that these commands fetch from: the public ones, and those that the machine names. No login is handed on: what
 * a setup fetches runs with all that it is given.
 * @param commands as they stand in the configuration
 * @param read text of a file in the person's home, null when there is none
 */
export async function registriesOf(
  commands: readonly string[],
  env: Environment,
  read: (file: string) => Promise<string | null>,
): Promise<Registries> {
  const words = new Set(commands.flatMap((command) => command.split(/[\s;&|()"'/]+/)))
  const used = ecosystems.filter(({ programs }) => programs.some((program) => words.has(program)))
  const given = used.flatMap(({ variables }) => variables).concat(used.length > 0 ? certificates : [])
  const variables = Object.fromEntries(given.flatMap((name) => (env[name] ? [[name, withoutLogins(env[name])] as const] : [])))
  const files: Record<string, string> = {}
  for (const { settings, made = {} } of used) {
    for (const [file, make] of Object.entries(made)) files[file] = withoutLogins(make((await read(file)) ?? ''))
    const text = settings && (await read(settings.file))
    if (!settings || !text) continue
    const lines = text.split('\n').filter((line) => settings.line.test(line))
    if (lines.length > 0) files[settings.file] = `${withoutLogins(lines.join('\n'))}\n`
  }
  const named = [...Object.values(variables), ...Object.values(files)].flatMap(hostsIn)
  return { hosts: [...new Set([...used.flatMap(({ hosts }) => hosts), ...named])], variables, files }
}

function withoutLogins(text: string): string {
  return text.replace(/(https?:\/\/)[^/@\s]+@/g, '$1')
}

/** Hosts of the URLs in a text, as the sandbox's list has them; this machine is not among them. */
function hostsIn(text: string): string[] {
  const urls = text.match(/https?:\/\/[^\s,|"']+/g) ?? []
  return urls
    .filter((url) => URL.canParse(url))
    .map((url) => new URL(url))
    .filter(({ hostname }) => !leadsToThisMachine(hostname) && /[.:]/.test(hostname))
    .map(({ host }) => host)
}
