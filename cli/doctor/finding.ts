import type { LoadedConfig } from '../../infra/config/config.ts'
import { type Environment, pickVariables } from '../../infra/config/environment.ts'
import { run } from '../../infra/setup/run.mjs'

/** One line of the doctor's answer. */
export interface DoctorFinding {
  name: string
  /** `optional`: not there or not well, and Cortex works without it. */
  ok: 'yes' | 'no' | 'optional'
  /** What was seen: a version, a path, a reason. */
  found: string
  /** How to get what is missing; empty when nothing is to be done. */
  advice: string
}

export interface DoctorInput {
  loaded: LoadedConfig
  /** PATH, HOME and what says where caches are. */
  env: Environment
  /** What is wrong with the configuration; `loaded` is then all defaults. */
  faults?: readonly string[]
}

export function well(name: string, found: string): DoctorFinding {
  return { name, ok: 'yes', found, advice: '' }
}
export function missing(name: string, found: string, advice: string): DoctorFinding {
  return { name, ok: 'no', found, advice }
}
export function optional(name: string, found: string, advice: string): DoctorFinding {
  return { name, ok: 'optional', found, advice }
}

/** Runs a program for its output, in a small environment, 15 s at most. */
export function ask(env: Environment, command: string, args: readonly string[], more: Record<string, string> = {}) {
  return run(command, args, {
    env: { ...pickVariables(env, ['PATH', 'HOME', 'XDG_CACHE_HOME', 'LANG', 'TMPDIR']), ...more },
    timeoutMs: 15_000,
  })
}

/** The first line of an answer that says something. */
export function firstLine(output: string): string {
  return (output.split('\n').find((line) => line.trim() !== '') ?? '').trim().slice(0, 120)
}
