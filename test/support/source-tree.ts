import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import ts from 'typescript'

/** The source as the architecture test sees it. Paths are relative to the root. */

export const root = resolve(import.meta.dirname, '../..')
export const rooms = ['bus', 'domain', 'functions', 'gateway', 'browser-worker', 'simulator', 'cli', 'infra', 'client'] as const

export interface Import {
  readonly from: string
  /** A path of ours, a package's name, or `node:<module>`. */
  readonly to: string
  readonly kind: 'own' | 'package' | 'node'
  readonly typeOnly: boolean
}

export interface Graph {
  readonly modules: readonly string[]
  readonly imports: readonly Import[]
  /** Imports that lead nowhere. */
  readonly unresolved: readonly string[]
}

/** Every module of the rooms with its imports, types included. */
export const importGraph = async (): Promise<Graph> => {
  const { output } = await cruise(
    presentRooms(),
    { baseDir: root, tsPreCompilationDeps: true, doNotFollow: { path: 'node_modules' }, exclude: { path: 'cli/demo/sample-' } },
    { extensions: ['.ts', '.mjs', '.js', '.json'], exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  )
  if (typeof output === 'string') throw new Error('dependency-cruiser gave a text instead of a graph')
  return graphOf(output)
}

const presentRooms = (): string[] => rooms.filter((room) => globSync(room, { cwd: root }).length > 0)

const graphOf = ({ modules }: ICruiseResult): Graph => {
  const own = modules.filter(({ source }) => rooms.some((room) => source.startsWith(`${room}/`)))
  const dependencies = own.flatMap(({ source, dependencies }) => dependencies.map((dependency) => ({ source, ...dependency })))
  return {
    modules: own.map(({ source }) => source),
    imports: dependencies.map(({ source, resolved, module, dependencyTypes, coreModule }) => ({
      from: source,
      to: coreModule ? `node:${resolved.replace(/^node:/, '')}` : isOwn(resolved) ? resolved : packageOf(module),
      kind: coreModule ? 'node' : isOwn(resolved) ? 'own' : 'package',
      typeOnly: dependencyTypes.includes('type-only'),
    })),
    unresolved: dependencies.filter(({ couldNotResolve }) => couldNotResolve).map(({ source, module }) => `${source} imports ${module}`),
  }
}

const isOwn = (resolved: string): boolean =>
  !resolved.includes('node_modules') && /\//.test(resolved) && /\.(ts|mjs|js|json)$/.test(resolved)
const packageOf = (module: string): string =>
  module
    .split('/')
    .slice(0, module.startsWith('@') ? 2 : 1)
    .join('/')

/** Groups of modules that import each other in a ring, each told once as a path. */
export const cyclesIn = ({ modules, imports }: Pick<Graph, 'modules' | 'imports'>): string[] => {
  const next = Map.groupBy(
    imports.filter(({ kind }) => kind === 'own'),
    ({ from }) => from,
  )
  const done = new Set<string>()
  const cycles: string[] = []
  const visit = (module: string, path: readonly string[]): void => {
    if (path.includes(module)) cycles.push([...path.slice(path.indexOf(module)), module].join(' -> '))
    if (path.includes(module) || done.has(module)) return
    for (const { to } of next.get(module) ?? []) visit(to, [...path, module])
    done.add(module)
  }
  for (const module of modules) visit(module, [])
  return cycles
}

/** Folders side by side that reach each other by imports, types included: each ring told once, as `<where>: <folders>`. */
export const folderRingsIn = ({ imports }: Pick<Graph, 'imports'>): string[] => {
  const own = imports.filter(({ kind }) => kind === 'own')
  return [...new Set(own.flatMap(({ from }) => foldersAbove(from)))].sort().flatMap((parent) => ringsBelow(parent, own))
}

const foldersAbove = (path: string): string[] => {
  const steps = path.split('/').slice(0, -1)
  return steps.map((_step, index) => steps.slice(0, index + 1).join('/'))
}

const ringsBelow = (parent: string, imports: readonly Import[]): string[] => {
  const next = new Map<string, Set<string>>()
  for (const { from, to } of imports) {
    const [one, other] = [folderBelow(parent, from), folderBelow(parent, to)]
    if (one && other && one !== other) next.set(one, (next.get(one) ?? new Set()).add(other))
  }
  const reachedFrom = (folder: string, seen = new Set<string>()): Set<string> => {
    for (const to of next.get(folder) ?? []) if (!seen.has(to)) reachedFrom(to, seen.add(to))
    return seen
  }
  const reached = new Map([...next.keys()].map((folder) => [folder, reachedFrom(folder)]))
  const ringOf = (one: string): string[] => [...next.keys()].filter((other) => reached.get(one)?.has(other) && reached.get(other)?.has(one))
  const rings = [...next.keys()].map((one) => ringOf(one).sort().join(', ')).filter((ring) => ring !== '')
  return [...new Set(rings)].map((ring) => `${parent}: ${ring}`)
}

/** The folder in `parent` that a file is in; undefined for one that lies elsewhere, or loose in it. */
const folderBelow = (parent: string, path: string): string | undefined => {
  const [folder, ...rest] = path.startsWith(`${parent}/`) ? path.slice(parent.length + 1).split('/') : []
  return rest.length > 0 ? folder : undefined
}

export interface SourceFile {
  readonly path: string
  readonly text: string
  readonly lines: number
  /** Functions with a name or the place they begin, and how many lines they have. */
  readonly functions: readonly { name: string; lines: number }[]
  readonly hasAny: boolean
  /** Names that it declares and exports; what it only hands on is another file's. */
  readonly exports: readonly string[]
  /** The texts in it, a template's in the pieces between its values. */
  readonly texts: readonly string[]
  /** What begins each next step that it marks. */
  readonly steps: readonly string[]
}

/** Every source file of the rooms, read and parsed. */
export const sourceFiles = (): SourceFile[] =>
  globSync(
    rooms.flatMap((room) => [`${room}/**/*.ts`, `${room}/**/*.mjs`]),
    { cwd: root },
  )
    .filter((path) => !path.includes('/sample-'))
    .sort()
    .map(readSource)

const readSource = (path: string): SourceFile => {
  const text = readFileSync(join(root, path), 'utf8')
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const functions: { name: string; lines: number }[] = []
  const [texts, steps]: [string[], string[]] = [[], []]
  let hasAny = false
  const lineOf = (position: number): number => tree.getLineAndCharacterOfPosition(position).line + 1
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) hasAny = true
    if (isText(node)) texts.push(node.text)
    if (ts.isCallExpression(node) && /^(?:step|chatStep)$/.test(node.expression.getText())) steps.push(beginningOf(node.arguments[0]))
    if (ts.isFunctionLike(node)) {
      const begin = lineOf(node.getStart())
      functions.push({ name: nameOf(node) ?? `line ${begin}`, lines: lineOf(node.end) - begin + 1 })
    }
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return { path, text, lines: text.split('\n').length - 1, functions, hasAny, exports: exportsOf(tree), texts, steps }
}

const exportsOf = (tree: ts.SourceFile): string[] => {
  const declared = tree.statements.flatMap((statement) => {
    const isExported =
      ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    if (!isExported) return []
    if (ts.isVariableStatement(statement)) return statement.declarationList.declarations.map(({ name }) => name.getText())
    return ts.isDeclarationStatement(statement) && statement.name ? [statement.name.getText()] : []
  })
  return [...new Set(declared)]
}

const isText = (node: ts.Node): node is ts.StringLiteralLike | ts.TemplateLiteralLikeNode =>
  ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)

const beginningOf = (said: ts.Expression | undefined): string => {
  if (said && ts.isCallExpression(said) && ts.isPropertyAccessExpression(said.expression)) return beginningOf(said.expression.expression)
  if (said && ts.isTemplateExpression(said)) return said.head.text
  return said && ts.isStringLiteralLike(said) ? said.text : ''
}

const nameOf = (node: ts.SignatureDeclaration): string | undefined => {
  const named = node.name ?? (ts.isVariableDeclaration(node.parent) || ts.isPropertyAssignment(node.parent) ? node.parent.name : undefined)
  return named?.getText()
}
