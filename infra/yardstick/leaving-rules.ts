import type { MeddlingRule } from './meddling-rules.ts'

/**
 * Code that leaves with success as soon as it is loaded: no check that comes after it runs, and one that prints no numbers has passed. What
 * leaves when it is called is a program's right: such a line is indented, or stands in a function.
 */

const why = 'leaves with success as soon as it is loaded'
/** Of an exit code eight bits are left: a larger one may be success. */
const larger = String.raw`25[6-9]|2[6-9]\d|[3-9]\d\d|\d{4,9}`
const zero = String.raw`\s{0,8}(?:['"]?(?:0|${larger})['"]?|undefined|None|False|os\.EX_OK)?\s{0,8}`
const handled = String.raw`['"\`](?:exit|beforeExit|uncaughtException\w{0,8}|unhandledRejection)['"\`]`
/** To say that something failed is everybody's right: a number alone, with which no next line goes on. */
const setsFailure = String.raw`(?!\s{0,8}(?:[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])[^\S\n]{0,8}(?:[;})]|//|$|\n(?!\s{0,80}[-+*/%&|^?,.<>=([])))`
/** A statement in the first column, or behind one there, and the first one of a block that a line there opens. */
const inFunctions = String.raw`=>|\bfunction\b|\bdef\b|\blambda\b|__name__`
const begins = String.raw`(?<=^|\n\s{0,80}|[;:{}()[&|?=,!]\s{0,8}|\b(?:and|or|else|void|await)\s{1,8})`
const unindented = String.raw`^(?![\s/*#])(?:(?!${inFunctions})[^\n]){0,300}?(?:\{\n\s{0,80})?${begins}`
/** What runs a function at once, or as soon as this file is loaded. */
const atOnce = String.raw`^(?:[;!+]?\(|(?:\w{1,20}\.)?(?:queueMicrotask|setImmediate|setTimeout|nextTick)\(|Promise\.resolve\(\)\.then\()`
/** One that a program which is done sets for what lingers. */
const unlessLingering = String.raw`(?![^\n]{0,80}\.unref\()`
const exits = String.raw`(?:\bprocess(?:\??\.|\[['"\`])(?:exit|reallyExit)(?:['"\`]\])?(?:\?\.)?|(?<![\w.$])exit)`

export const leavingRules: readonly MeddlingRule[] = [
  {
    files: /(?<!\.d)\.(?:[cm]?[jt]sx?|vue|svelte)$/,
    code: new RegExp(
      String.raw`${unindented}${exits}\(${zero}\)(?!\s{0,8}[{:])|${atOnce}[^\n]{0,80}(?:(?:[({]|=>)\s{0,8}\n[^\n]{0,80})?${exits}(?:\(${zero})?[,)]${unlessLingering}`,
    ),
    withNextLine: true,
    wherever: true,
    why,
  },
  {
    files: /(?<!\.d)\.(?:[cm]?[jt]sx?|vue|svelte)$/,
    code: new RegExp(
      String.raw`\bprocess\.\w{1,24}\(\s{0,8}${handled}[^\n]{0,80}(?:\n[^\n]{0,80})?(?:\bexitCode\s{0,8}=(?![=>])${setsFailure}|\b(?:exit|reallyExit)\(${zero}\))`,
    ),
    withNextLine: true,
    why: 'decides how a process ends that judges it',
  },
  {
    files: /\.pyi?$/,
    code: new RegExp(
      String.raw`${unindented}(?:(?:\bos\._exit|\bsys\.exit|(?<![\w.])(?:exit|quit|_exit))\(${zero}\)|\bos\.exec[lv]\w{0,2}\(|\braise\s{1,8}SystemExit\b(?:\(${zero}\)|\s{0,8}(?:[#;\n]|$)))`,
    ),
    wherever: true,
    why,
  },
  { files: /\.pyi?$/, code: /\batexit\.register\([^\n]{0,80}\b_exit\b/, why },
  {
    files: /\.go$/,
    code: new RegExp(String.raw`^(?:func init\(\)|var\b)[^\n]{0,200}(?:\n[^\n]{0,200})?\b(?:os|syscall)\.Exit\(${zero}\)`),
    withNextLine: true,
    wherever: true,
    why,
  },
  {
    files: /\.(?:java|kts?)$/,
    code: new RegExp(String.raw`^\s{0,80}(?:static|init)\s{0,8}\{[^\n]{0,200}(?:\n[^\n]{0,200})?\b(?:exit|halt|exitProcess)\(${zero}\)`),
    withNextLine: true,
    wherever: true,
    why,
  },
  {
    files: /\.rb$/,
    code: new RegExp(String.raw`^(?:(?:Kernel|Process)\.)?exit!?\s{0,8}\(?\s{0,8}(?:0|true|${larger})?\s{0,8}\)?\s{0,8}(?:$|[#;\n])`),
    wherever: true,
    why,
  },
]
