/**
 * Which files judge a change, as data. A pattern without a slash is a name in any folder, one that ends with a slash a folder
 * anywhere, any other a path from the top (a slash in front says so too); `*` is anything within a name, `**` anything, `{a,b}` either.
 */
export interface Ecosystem {
  /** Tests, and what they read. */
  readonly tests: readonly string[]
  /** What tests compare by, where the product's own programs may lie beside it: a program there is no test. */
  readonly recordings?: readonly string[]
  /** What says how tests are run, linters included. */
  readonly runners: readonly string[]
  /** Where a base has such a file, what beside it is a runner too. */
  readonly marked?: Readonly<Record<string, readonly string[]>>
  /** Files that say how tests are run and much else: what of them belongs to the product, by dotted keys. The rest says how tests are run. */
  readonly manifests?: Readonly<Record<string, readonly string[]>>
  /** Keys of the product's that name what other programs load by themselves: they are the base's. */
  readonly held?: Readonly<Record<string, readonly string[]>>
  /** Keys of the product's that put programs in the way of others. */
  readonly programs?: Readonly<Record<string, readonly string[]>>
  /** Which of these keys name the packages that lock files hold. */
  readonly dependencies?: Readonly<Record<string, readonly string[]>>
  /** Lock files, each with the manifest whose dependencies it follows. */
  readonly locks?: Readonly<Record<string, string>>
}

/** Keys of manifests that only describe. */
export const about = [
  'name',
  'version',
  'description',
  'keywords',
  'license',
  'author',
  'authors',
  'contributors',
  'homepage',
  'repository',
]
