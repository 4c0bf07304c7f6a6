import { z } from 'zod'
import { CallerChannels, Categories, laneReviewers, UnprovenChannels } from '../../domain/choices.ts'
import { type TimedCheck, timedChecks } from '../../domain/phases.ts'
import { BlobsSchema } from './blobs-schema.ts'
import type { PlatformSettings } from './chat-schema.ts'
import { Duration } from './duration-schema.ts'
import { gatewaySchema } from './gateway-schema.ts'
import { AgentHost, ProjectHost } from './hosts-schema.ts'
import { LanesSchema } from './lanes-schema.ts'
import { OwnYardstickSchema, YardstickSchema } from './yardstick-schema.ts'

/** The shape of `cortex.toml`. Unknown keys are faults, every default is written here, durations are texts like "90s", "5m", "24h". */

const Name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'a name has letters, digits, "_" and "-", 64 at most')
/** A command: an argv array runs without a shell; a string is the operator's own shell line. */
export const Command = z.union([z.string().min(1), z.array(z.string()).min(1)])

// The keys of an object that is made of entries are known to nobody but the table they are from.
const checkTimeouts = Object.fromEntries(timedChecks.map(([check, timeout]) => [check, Duration.default(timeout)])) as Readonly<
  Record<TimedCheck, z.ZodDefault<typeof Duration>>
>

const Channels = [...CallerChannels, ...UnprovenChannels] as const

const Project = z.strictObject({
  path: z.string().optional().describe('a local repository, relative to this file'),
  url: z.string().optional().describe('or one to clone'),
  base: z.string().optional().describe('branch to start from; default: what HEAD names'),
  setup: z.array(Command).default([]).describe('run in every fresh worktree before the checks'),
  copy: z.array(z.string()).default([]).describe('untracked files to copy from the repository into the worktree, e.g. ".env.test"'),
  dod: z.array(Command).optional().describe('the definition of done; all must exit 0'),
  yardstick: OwnYardstickSchema,
  merge: z.enum(['branch', 'ff']).default('branch'),
  tasks: z.int().min(1).optional().describe('tasks at once in this project; default limits.tasks_per_project'),
  network: z
    .union([z.enum(['none', 'open']), z.array(ProjectHost)])
    .default('none')
    .describe('what the checks and the implementer reach from the sandbox: "none", these hosts, or "open" for every public one'),
  setup_network: z
    .union([z.enum(['none', 'registries', 'open']), z.array(ProjectHost)])
    .default('registries')
    .describe('what setup reaches: also "registries", those its commands fetch packages from, or that this machine names for them'),
  reads: z
    .array(z.string())
    .default([])
    .describe('places outside the worktree that the setup and the checks may read, e.g. "~/go/pkg/mod"'),
})

const Agent = z.strictObject({
  preset: z.enum(['claude', 'codex', 'scripted']).optional().describe('start from a known command line; every field below wins over it'),
  command: z.array(z.string()).min(1).optional().describe('argv for writing code; {model} {schema_file} {last_message_file} are filled in'),
  read_command: z.array(z.string()).min(1).optional().describe('argv for planning and review, in a worktree it must not write'),
  prompt: z
    .enum(['stdin', 'file'])
    .optional()
    .describe('how the prompt is given: on stdin, or in a file whose path replaces {prompt_file}'),
  output: z.enum(['text', 'claude-json', 'codex-jsonl', 'json']).optional(),
  model: z.string().optional(),
  family: Name.optional().describe(
    'whose model it is: nobody reviews what an agent of the same family wrote; default: claude, codex, else its name',
  ),
  env: z.array(z.string()).optional().describe('names of variables passed on from our environment; nothing else is'),
  set_env: z.record(z.string(), z.string()).optional().describe('variables with fixed values; never secrets'),
  roles: z.array(z.enum(['plan', 'implement', 'review', 'answer'])).optional(),
  hosts: z.array(AgentHost).optional().describe("what it reaches from the sandbox: its model; the preset's, else none"),
  mask_keys: z
    .enum(['auto', 'none'])
    .optional()
    .describe('none: in the sandbox it holds its key; default: claude and codex hold a stand-in, and the key is put in outside'),
  reads: z.array(z.string()).default([]).describe('places outside the worktree that it may read from the sandbox, e.g. "~/.my-agent"'),
  allow: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'further tools of claude for writing code, as it names them, e.g. "Bash(npm install:*)"; codex takes none; {allow} in a command of your own',
    ),
  silence: Duration.optional().describe(
    'an agent that prints nothing for so long is stuck, whatever it does; default: timeouts.silence for claude and codex, never for output "text" and "json", which may come at its end',
  ),
  input_usd_per_mtok: z.number().nonnegative().optional(),
  output_usd_per_mtok: z.number().nonnegative().optional(),
})

const Master = z.strictObject({
  planner: Name.optional(),
  implementer: Name.optional(),
  reviewer: z
    .union([z.enum([...laneReviewers.keys()]), Name])
    .optional()
    .describe('an agent, or a lane in its own name: "lanes.browser", "lanes.api"'),
})

export const ConfigSchema = z.strictObject({
  projects: z.record(Name, Project).default({}),
  agents: z.record(Name, Agent).default({}),
  masters: z
    .partialRecord(z.enum([...Categories, 'default']), Master)
    .default({})
    .describe('who plans, implements and reviews a category of tasks; [masters.default] is for the rest'),
  gate: z
    .strictObject({
      expiry: Duration.default('24h'),
      channels: z
        .array(z.enum(Channels))
        .optional()
        .describe(
          `where an approval may come from; default: everywhere, but where agents run without a sandbox not ${UnprovenChannels.join(', ')}`,
        ),
      automatic: z.boolean().default(false).describe('approve every plan without asking'),
    })
    .prefault({}),
  dod: YardstickSchema,
  review: z
    .strictObject({
      unseen: z
        .enum(['block', 'name'])
        .default('block')
        .describe('what a diff does not show (binary files, very long lines): a person looks, or it is named to the reviewer'),
    })
    .prefault({}),
  limits: z
    .strictObject({
      tasks: z.int().min(1).default(4),
      tasks_per_project: z.int().min(1).default(1),
      handoffs: z.int().min(0).default(3),
      attempts: z.int().min(1).default(3),
      same_finding: z.int().min(2).default(3),
      task_age: Duration.default('20d'),
      model_wait: Duration.default('6h').describe('how long a task waits for models that are overloaded or over a limit'),
      same_action: z.int().min(3).default(20).describe('an agent that does the same as often in a row, with the same result, is stuck'),
    })
    .prefault({}),
  budget: z
    .strictObject({
      rounds: z.int().min(1).default(12),
      time: Duration.default('4h'),
      tokens: z.int().min(1).optional(),
      usd: z.number().positive().optional(),
    })
    .prefault({})
    .describe('spent on one task, and again after each retry; more is for a person to decide'),
  sandbox: z
    .strictObject({
      mode: z.enum(['auto', 'none']).default('auto').describe('auto: wherever it works, and told where it does not'),
      memory_mb: z.int().min(64).default(4096).describe('of all processes of a run together, and of what they write to memory'),
      processes: z.int().min(8).default(512).describe('of a run at a time'),
      output_mb: z.int().min(1).default(64).describe('that a run may print'),
      disk_mb: z.int().min(16).default(8192).describe('that a run may write to its worktree and its scratch folders'),
    })
    .prefault({})
    .describe('what agents, setup and checks run in: a run that goes beyond a limit is ended'),
  disk: z
    .strictObject({
      low_mb: z
        .int()
        .min(1)
        .default(256)
        .describe('with less free on the disk of the data folder no new work is taken; on a small disk a tenth of it, if that is less'),
    })
    .prefault({})
    .describe('work that was taken goes on as long as it can; with room again, everything goes on by itself'),
  secrets: z
    .strictObject({
      allow: z
        .array(z.string())
        .default([])
        .describe(
          'globs of files in which a change may bring what looks like a secret, e.g. "test/fixtures/**"; never the values that agents are given',
        ),
    })
    .prefault({})
    .describe('keys, tokens and passwords are masked wherever something is stored or asked, and a change that brings one is not delivered'),
  retention: z
    .strictObject({ prompts: Duration.default('30d').describe('how long the blobs of questions and their images are kept') })
    .prefault({}),
  timeouts: z
    .strictObject({
      plan: Duration.default('5m'),
      execute: Duration.default('15m'),
      review: Duration.default('5m'),
      ...checkTimeouts,
      silence: Duration.default('10m').describe('an agent that shows nothing for so long is stuck, unless a command of its own runs'),
      answer: Duration.default('5m'),
      learn: Duration.default('5m'),
    })
    .prefault({}),
  lanes: LanesSchema.prefault({}),
  chum: z
    .strictObject({
      enabled: z.boolean().default(false).describe('ask what each task taught, and put it into the next prompts'),
      agent: Name.optional().describe("who is asked; default: the task's planner"),
      tokens_per_day: z
        .int()
        .min(1)
        .optional()
        .describe('that learning may take in one project; when they are spent it waits until tomorrow (UTC)'),
      usd_per_day: z.number().positive().optional(),
      share: z.boolean().default(false).describe('what one project taught may stand in the prompts of the others'),
      hits_to_enforce: z
        .int()
        .min(1)
        .default(1)
        .describe(
          'after so many findings that were mended a learned rule blocks; the code that taught it counts where the definition of done refused it',
        ),
      runs_to_enforce: z.int().min(1).default(20).describe('after so many tasks without a false alarm it blocks, too'),
    })
    .prefault({})
    .describe('learning from tasks; it never holds one up'),
  escalation: z
    .strictObject({ command: z.array(z.string()).min(1).optional(), webhook: z.url().optional() })
    .prefault({})
    .describe('how a person is told; both get the escalation as JSON, the command on stdin'),
  gateway: gatewaySchema({}),
  semgrep: z
    .strictObject({
      command: z.string().default('semgrep'),
      rules: z.string().default('.semgrep'),
      own: z.boolean().default(true).describe("Cortex's own few rules as well, for the lines that a change adds"),
      required: z.boolean().default(true).describe('where there are rules and no semgrep: false lets a change pass unscanned, and says so'),
      unparsed: z
        .enum(['block', 'name'])
        .default('block')
        .describe(
          'a changed file that a rule of severity ERROR is for, and that semgrep cannot parse at all: a person looks, or it is a warning',
        ),
    })
    .prefault({}),
  nats: z
    .strictObject({
      port: z.int().default(4222),
      sync: z.enum(['always', 'fast']).default('always'),
      ack_wait: Duration.default('5s'),
      seal_key_env: z
        .string()
        .default('CORTEX_SEAL_KEY')
        .describe(
          'variable with the key that facts are sealed with; several data folders on one bus need the same. Without it each has its own',
        ),
      streams: z
        .strictObject({
          replicas: z.int().min(1).max(5).optional().describe('copies of every stream on a cluster of your own'),
          max_age: Duration.optional().describe('how long stream EVENTS keeps facts; 30d when it is made'),
          cluster: z.string().min(1).optional().describe('where streams are placed: a cluster of this name'),
          tags: z.array(z.string()).min(1).optional().describe('on servers with these tags'),
        })
        .prefault({})
        .describe('what is named here is set at every start; what is not stays as an operator set it on the bus'),
    })
    .prefault({}),
  blobs: BlobsSchema,
  log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info') }).prefault({}),
})

/** The same with `[gateway.chat]` for these platforms. */
export const configSchema = (platforms: PlatformSettings) => ConfigSchema.extend({ gateway: gatewaySchema(platforms) })

export type Config = z.infer<typeof ConfigSchema>
export type ProjectConfig = Config['projects'][string]
export type AgentConfig = Config['agents'][string]
export type Command = z.infer<typeof Command>
