/** How a step (`cortex approve task-1`) is typed where its reader is. */
export type Typed = (step: string) => string

/** Steps that a chat has words for. */
const alsoInChat: readonly RegExp[] = [
  /(?<=\bwaits for a person to approve plan \w+ \([^()]*\): )cortex approve [\w.-]+/,
  /(?<=\bits plan waits for a decision(?: \([\s\S]*?\))?: cortex plan [\w.-]+, then )cortex approve [\w.-]+/,
  /(?<=\bits plan still waits for a decision, until \S+: )cortex approve [\w.-]+/,
  /(?<=\. Nobody was asked yet: mend it and `)cortex retry [^`]+(?=`, or let the task do that: `)/,
  /(?<=`, or let the task do that: `)cortex retry [^`]+ --mend-base(?=`)/,
  /(?<=\bnobody decided about the plan by \S+; `)cortex retry [^`]+(?=` plans again)/,
  /(?<=; `)cortex retry [^`]+(?=` begins its task anew)/,
]

/** Steps that are typed on the system's machine. */
const onItsMachine: readonly RegExp[] = [
  /(?<=\bis paused by .* since \S+(?: \([\s\S]*?\))?: )cortex resume [\w-]+(?=$|; \d+ wait$)/,
  /(?<=; who wanted it is not known yet: )cortex resume [\w-]+(?=$|; \d+ wait$)/,
  /(?<=\. To let it be judged by its own: )cortex approve [\w.-]+ --hash \w+/,
  /(?<=\bheld \(auth required: .*\): )cortex login(?=$|[;,])/,
  /(?<= lane waits for you to sign in \(.*\): )cortex login$/,
  /(?<=\bits plan waits for a decision(?: \([\s\S]*?\))?: )cortex plan [\w.-]+(?=, then )/,
  /(?<= gave up on .* after \d+ tries: .*; `)cortex dead(?=` shows it)/,
  /(?<=: mend that, then )cortex dead redrive \d+$/,
  /(?<=\bthere is no dead letter \d+; `)cortex dead(?=` lists them)/,
  /(?<=\bthe door gave it up; `)cortex dead(?=` shows why)/,
  /(?<=\b(?:is|were|was) escalated: )cortex list --status failed(?= names )/,
  /(?<= stands? at the gate: )cortex list --status \w+(?= names )/,
  /(?<= failed in \d+ of \d+ calls \(.*\): )cortex doctor(?= looks at it)/,
  /(?<=: does the site pack still fit\? `)cortex doctor --site(?=` counts its hits)/,
  /(?<=\bno browser worker runs on this bus; ")cortex up(?=" starts one)/,
  /(?<=\bupdate the older one, and restart the system with ")cortex up(?="$)/,
  /(?<=, so that one of them could be who decides here: type ")cortex approve [^"]+(?=" on this machine, )/,
  /(?<= on this machine, or sign in with a token \(")cortex token create [^"]+(?="\))/,
]

const oneOf = (steps: readonly RegExp[]): RegExp => new RegExp(steps.map(({ source }) => source).join('|'), 'gm')
const [inChat, elsewhere, anywhere] = [oneOf(alsoInChat), oneOf(onItsMachine), oneOf([...alsoInChat, ...onItsMachine])]

/**
 * What a system tells, with its own next steps as they are typed where it is read. They are known by the words of ours around
 * them, each listed here: people, agents and repositories have their say in such a sentence, and may say `cortex run`. Pure.
 */
export const withSteps = (words: string, typed: Typed): string => (words.includes('cortex ') ? words.replace(anywhere, typed) : words)

/** The same for a chat, where some steps are a word to us; the others are typed on the system's machine. Pure. */
export const withChatSteps = (words: string, typed: Typed): string =>
  words.includes('cortex ') ? words.replace(inChat, (step) => step.replace(/^cortex /, '')).replace(elsewhere, typed) : words
