import { z } from 'zod'
import { leadsToThisMachine, withoutPort } from './loopback.ts'

/** A host as the sandbox's proxy knows it: a name, `*.` in front for all below one, an address, each with or without a port. */
const Host = z
  .string()
  .regex(
    /^(\*\.)?([A-Za-z0-9-]+\.)+[A-Za-z0-9-]+(:\d{1,5})?$|^localhost(:\d{1,5})?$|^\[[0-9a-fA-F:]+\](:\d{1,5})?$/,
    'a host looks like "registry.npmjs.org", "*.example.com" or "10.0.0.5:8080"',
  )

/** Of a project: never this machine, where Cortex's own bus and pages are. */
export const ProjectHost = Host.refine(
  (host) => !leadsToThisMachine(withoutPort(host)),
  'no run of a project reaches this machine or its link-local addresses',
)

/** Of an agent: a model on this machine by its port, which opens nothing else of it. */
export const AgentHost = Host.refine(
  (host) => withoutPort(host) !== host || !leadsToThisMachine(host),
  'of this machine only one port can be opened, as in "127.0.0.1:11434"',
)
