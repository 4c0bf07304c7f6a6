import { type Environment, pickVariables } from '../config/environment.ts'

/** Settings no repository may override: no hooks, no programs named in a configuration, no background work, plain file names. */
export const settings = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.quotePath=false',
  'core.askPass=',
  'core.splitIndex=false',
  'commit.gpgSign=false',
  'diff.external=',
  'fetch.prune=false',
  'gc.auto=0',
  'index.sparse=false',
  'maintenance.auto=false',
  'pack.threads=1',
  'protocol.ext.allow=never',
  'safe.bareRepository=all',
  'submodule.recurse=false',
].flatMap((setting) => ['-c', setting])

const passedOn = [
  'PATH',
  'HOME',
  'SSH_AUTH_SOCK',
  'GIT_ASKPASS',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'NO_PROXY',
  'SSL_CERT_FILE',
  'GIT_SSL_CAINFO',
]

/** Git's whole environment: what of ours it needs to reach a repository, and nothing that changes what it does. */
export function builtEnvironment(source: Environment): Record<string, string> {
  return {
    ...pickVariables(source, passedOn),
    GIT_SSH_COMMAND: source['GIT_SSH_COMMAND'] ?? 'ssh -oBatchMode=yes',
    LC_ALL: 'C.UTF-8',
    LANGUAGE: 'en',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_AUTHOR_NAME: 'Cortex',
    GIT_AUTHOR_EMAIL: 'cortex@localhost',
    GIT_COMMITTER_NAME: 'Cortex',
    GIT_COMMITTER_EMAIL: 'cortex@localhost',
  }
}

const namedByPerson = ['XDG_CONFIG_HOME', 'GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM', 'GIT_ATTR_NOSYSTEM']

/** The same with the settings and attributes of the person and of the machine, where git looks for them: for what reads attributes and runs no program. */
export function attributesEnvironment(source: Environment): Record<string, string> {
  const { GIT_CONFIG_NOSYSTEM: _settings, GIT_CONFIG_GLOBAL: _global, GIT_ATTR_NOSYSTEM: _attributes, ...built } = builtEnvironment(source)
  return { ...built, ...pickVariables(source, namedByPerson) }
}
