import { readFileSync } from 'node:fs'
import { Command, CommanderError, Option } from 'commander'
import { environmentNames } from '../infra/config/environment.ts'
import type { CommandSpec } from './command.ts'
import { commands } from './commands.ts'
import { Exit, faultOf } from './fault.ts'
import { asToldHere, asTypedHere } from './next-step.ts'
import { createTerminal, type Terminal } from './terminal.ts'
import { checkUsage, type Parsed } from './usage.ts'
import type { Where } from './where.ts'

/** The command line. Declarations are in `cli/commands.ts`, each command's work in a file of its name, loaded when it is called. */

const version = (): string => String(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version)
const environment = `Environment:\n${Object.entries(environmentNames)
  .map(([name, meaning]) => `  ${name.padEnd(17)} ${meaning}`)
  .join('\n')}\n`
const exits = 'Exit codes: 0 done, 1 the task failed or was escalated, 2 usage or configuration, 3 no bus.'

const program = (argv: readonly string[]): Command => {
  const root = new Command('cortex')
    .description('Takes a task and drives it to done, with your word on the plan.')
    .version(version())
    .exitOverride()
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage().replace(/ ?\[options\]/, '')}`.trim() })
    .addHelpText('after', `\n${environment}\n${exits}`)
  for (const spec of commands) root.addCommand(commandOf(spec, argv))
  return root
}

/** The parser lets everything pass that could be a fault, so that `checkUsage` can name all of them at once. */
const commandOf = (spec: CommandSpec, argv: readonly string[]): Command => {
  const words = spec.words.map(({ name, required }) => (required ? `<${name}>` : `[${name}]`))
  const command = new Command(spec.name)
    .description(spec.summary)
    .usage([...words, '[options]'].join(' '))
    .argument('[words...]')
    .allowUnknownOption()
    .allowExcessArguments()
    .exitOverride()
    .configureHelp({ visibleArguments: () => [], optionTerm: ({ flags }) => flags.replace('[', '<').replace(']', '>') })
  const options = spec.options.map(({ name, value, summary }) => new Option(`--${name}${value ? ` [${value}]` : ''}`, summary))
  for (const option of options) command.addOption(option)
  return command.action(async (words: string[], found: Record<string, string | boolean>) => {
    // The parser knows `--bus-port` as `busPort`.
    const given = Object.fromEntries(options.map((option) => [option.name(), found[option.attributeName()]]))
    process.exitCode = await execute(spec, { words, options: given }, argv)
  })
}

const execute = async (spec: CommandSpec, parsed: Parsed, argv: readonly string[]): Promise<number> => {
  const terminal = terminalFor(argv, await whereOf(spec, parsed))
  const checked = checkUsage(spec, parsed)
  if ('faults' in checked) return tell(terminal, { exit: Exit.usage, faults: checked.faults }, `cortex ${spec.name} --help`)
  try {
    return await (await spec.load()).default(checked.given, terminal)
  } catch (error) {
    return tell(terminal, faultOf(error))
  }
}

/** Faults in words on stderr; with `--json` also as the one object. */
const tell = (terminal: Terminal, { exit, faults, isTold }: ReturnType<typeof faultOf>, help?: string): number => {
  terminal.status('')
  const inWords = faults.map(isTold ? terminal.told : terminal.typed)
  for (const fault of inWords) terminal.complain(`cortex: ${fault}`)
  if (help) terminal.warn(`See ${help}`)
  if (terminal.json) terminal.result({ error: { exit, faults: inWords } }, '')
  return exit
}

const whereOf = async (spec: CommandSpec, { options }: Parsed): Promise<Where> => {
  const named = (name: string): string | undefined => (typeof options[name] === 'string' ? options[name] : undefined)
  const configured = spec.options.some(({ name }) => name === 'config')
  const where = await import('./where.ts') // reads our configuration's reader, which help and version do without
  return where.whereOf({ data: named('data'), config: named('config'), cwd: process.cwd(), configured })
}

const terminalFor = (argv: readonly string[], where: Where): Terminal =>
  createTerminal({
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    json: argv.includes('--json'),
    noColour: !process.stdout.hasColors?.(),
    typed: (sentence) => asTypedHere(sentence, where),
    told: (words) => asToldHere(words, where),
    typedFor:
      ({ dataDir, file }) =>
      (step) =>
        asTypedHere(step, { command: where.command, data: dataDir, config: file ?? undefined }),
    interrupted: () => void (process.emit('SIGINT') || process.exit(Exit.interrupted)),
  })

// A reader that went away (`cortex list | head -1`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

const argv = process.argv.slice(2)
try {
  await program(argv).parseAsync(argv, { from: 'user' })
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  // Commander has said what it wanted to say; help and version end with 0.
  process.exitCode = error.exitCode === 0 ? 0 : Exit.usage
}

/** A server that took our connection and never spoke leaves a socket behind that nobody can close: it must not keep the command. */
const LINGER_MS = 500
setTimeout(() => process.exit(), LINGER_MS).unref()
