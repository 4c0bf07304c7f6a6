import { z } from 'zod'

/** How far the tests of the base judge, for all projects (`[dod]`) or for one. */
const yardstick = {
  tests: z
    .enum(['base', 'approve', 'head'])
    .describe(
      "whose tests and runner files judge a change: the base's (what they cannot judge goes to a person), every change of them by a person, or the change's own",
    ),
  check_base: z
    .boolean()
    .describe(
      'setup and the definition of done are run on the commit a task starts from, once, before an agent is asked; what fails there is told',
    ),
  canary: z
    .boolean()
    .describe(
      "after the checks have passed they are run once more with a test that must fail added to the base's: a change under which they pass all the same goes to a person",
    ),
  repeat: z
    .int()
    .min(0)
    .max(20)
    .optional()
    .describe(
      'how often a passing run is repeated; default: once when it took less than 10 s, or the change touches tests, time or randomness',
    ),
  coverage_min: z
    .number()
    .min(0)
    .max(100)
    .optional()
    .describe('percent of lines that must be covered, by the report that the checks write'),
  test_files: z.array(z.string()).describe('more names of test files, e.g. "checks/" or "*.check.js"'),
  runner_files: z.array(z.string()).describe('more names of files that say how tests are run, e.g. "scripts/verify.mjs"'),
}

/** `[dod]`: for all projects. */
export const YardstickSchema = z
  .strictObject({
    ...yardstick,
    tests: yardstick.tests.default('base'),
    check_base: yardstick.check_base.default(true),
    canary: yardstick.canary.default(true),
    test_files: yardstick.test_files.default([]),
    runner_files: yardstick.runner_files.default([]),
  })
  .prefault({})
  .describe("what stands for the definition of done of every project; its commands are the project's own")

/** `[projects.<name>.yardstick]`. */
export const OwnYardstickSchema = z.strictObject(yardstick).partial().optional().describe('of [dod], what is otherwise in this project')
