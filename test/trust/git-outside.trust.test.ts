import assert from 'node:assert/strict'
import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { testAsOrdinaryUser } from '../support/ordinary-user.ts'
import { loadedRepository, shell, takenIn } from './git-outside.ts'

/** Cortex runs git outside of the sandbox, over a worktree in which an agent wrote what it liked. */
const limit = { timeout: 20_000 }

test("settings, hooks and filters of a worktree's own repository start nothing", limit, async () => {
  const { refusal, ran } = await takenIn(async (tree, mark) => {
    await shell(tree, 'rm -rf .git')
    await loadedRepository(tree, mark)
  })
  assert.equal(ran, false)
  assert.match(refusal, /git passes \S+ through the filter "evil"/)
})

test('a repository nested in the worktree starts nothing, and its files count as any other', limit, async () => {
  const { refusal, ran } = await takenIn((tree, mark) => loadedRepository(path.join(tree, 'inner'), mark))
  assert.equal(ran, false)
  assert.match(refusal, /git passes inner\/\S+ through the filter "evil"/)
})

/** A repository that starts programs, at the commit that the base has of its submodule. */
async function loadedSubmodule(tree: string, inner: string, mark: string): Promise<void> {
  await loadedRepository(inner, mark)
  const recorded = (await shell(tree, 'git ls-tree HEAD lib')).split(/\s/)[2]
  const from = await shell(tree, "sed -n 's/.*url = //p' .gitmodules")
  await shell(inner, `git -c core.fsmonitor=false -c core.hooksPath=/dev/null -c protocol.file.allow=always fetch -q '${from}'`)
  await writeFile(path.join(inner, '.git/HEAD'), `${recorded}\n`)
}

for (const way of ['a repository', 'a file that names a repository'])
  test(`${way} in place of a submodule of the base starts nothing`, limit, async () => {
    const { ran } = await takenIn(async (tree, mark) => {
      const inner = path.join(tree, way === 'a repository' ? 'lib' : 'elsewhere')
      await loadedSubmodule(tree, inner, mark)
      if (inner.endsWith('elsewhere')) {
        await mkdir(path.join(tree, 'lib'), { recursive: true })
        await shell(tree, "cp elsewhere/a.txt elsewhere/.gitattributes lib; echo 'gitdir: ../elsewhere/.git' > lib/.git")
      }
      await shell(tree, `rm -f '${mark}'`)
    }, true)
    assert.equal(ran, false)
  })

testAsOrdinaryUser(import.meta.url, 'a folder that its owner shut hides no repository from us that git would find', async () => {
  const inSubmodule = await takenIn(async (tree, mark) => {
    await loadedSubmodule(tree, path.join(tree, 'lib'), mark)
    await shell(tree, `rm -f '${mark}'; chmod 311 lib`)
  }, true)
  assert.equal(inSubmodule.ran, false)
  const nested = await takenIn(async (tree) => {
    await shell(tree, 'for each in a b; do git init -q $each; echo x > $each/x; git -C $each add x; done')
    await shell(tree, 'for each in a b; do git -C $each -c user.name=x -c user.email=x commit -qm x; done; chmod 311 a; chmod 555 b')
  })
  assert.deepEqual(
    nested.files.filter((file) => /^[ab]/.test(file)),
    ['a/x', 'b/x'],
    'files, and no repositories',
  )
})

testAsOrdinaryUser(import.meta.url, 'what an agent wrote is taken in, however it left the rights of its folders', async () => {
  const { files } = await takenIn((tree) =>
    shell(tree, 'mkdir -p deep/er; echo x | tee deep/er/x > y; chmod 0 deep/er; chmod 0 deep; chmod 0 .').then(() => undefined),
  )
  assert.ok(files.includes('deep/er/x') && files.includes('y'), files.join())
})

test('a worktree whose .git is a link, or borrows objects elsewhere, is taken in by its files', limit, async () => {
  const { files } = await takenIn((tree) => shell(tree, 'rm -rf .git; ln -s /etc .git; echo x > x').then(() => undefined))
  assert.ok(files.includes('x') && !files.some((file) => file.startsWith('.git/')))
  const borrowing = await takenIn(async (tree) => {
    await mkdir(path.join(tree, '.git/objects/info'), { recursive: true })
    await appendFile(path.join(tree, '.git/objects/info/alternates'), '/root\n')
    await writeFile(path.join(tree, 'x'), '')
  })
  assert.ok(borrowing.files.includes('x'))
})

test('pipes and sockets, wherever git would read a file, hold nobody up and are not taken', limit, async () => {
  const { files } = await takenIn(async (tree) => {
    await shell(tree, 'rm .gitignore README.md; mkdir -p d n/.git/objects n/.git/refs m')
    await shell(tree, 'mkfifo .gitignore .gitattributes README.md pipe d/.gitignore n/.git/HEAD m/.git; echo x | tee d/x n/x m/x > x')
  })
  assert.deepEqual(files, ['d/x', 'm/x', 'n/x', 'x'])
})

test('names with line breaks and quotes are taken as they are', limit, async () => {
  const { files } = await takenIn((tree) => writeFile(path.join(tree, 'a\nb\t"c'), 'x'))
  assert.ok(files.includes('a\nb\t"c'))
})

test('a file that is nearly all hole is the fault of who wrote it, unless git ignores it', limit, async () => {
  await assert.rejects(
    takenIn((tree) => shell(tree, 'truncate -s 300G big').then(() => undefined)),
    /big is a file of \d+ GB/,
  )
  const { files } = await takenIn((tree) => shell(tree, 'mkdir ignored; truncate -s 300G ignored/big; echo x > x').then(() => undefined))
  assert.ok(files.includes('x'))
})

test('an encoding that git does not know is the fault of who wrote it', limit, async () => {
  const work = takenIn((tree) => writeFile(path.join(tree, '.gitattributes'), '* working-tree-encoding=bogus\n'))
  await assert.rejects(work, { name: 'GitProblem', byContent: true })
})
