/**
 * Which files judge a change, as data. A pattern without a slash is a name in any folder, one that ends with a slash a folder
 * anywhere, any other a path from the top (a slash in front says so too); `*` is anything within a name, `**` anything, `{a,b}` either.
 */
export interface Ecosystem {
  /** Tests, and what they read. */
  readonly tests: readonly string[]
  /** What says how tests are run, linters included. */
  readonly runners: readonly string[]
  /** Files that say how tests are run and much else: what of them belongs to the product, by dotted keys. The rest says how tests are run. */
  readonly manifests?: Readonly<Record<string, readonly string[]>>
  /** Which of these keys name the packages that lock files hold. */
  readonly dependencies?: Readonly<Record<string, readonly string[]>>
  /** Lock files, each with the manifest whose dependencies it follows. */
  readonly locks?: Readonly<Record<string, string>>
}

const about = ['name', 'version', 'description', 'keywords', 'license', 'author', 'authors', 'contributors', 'homepage', 'repository']

const anything: Ecosystem = {
  tests: [
    ...['test/', 'tests/', '__tests__/', '__mocks__/', '__snapshots__/', 'spec/', 'specs/', 'e2e/', 'testdata/'],
    // What tests compare by often lies beside the product.
    ...['{test,spec}{-,_,}{util,helper,fixture}{,s}/', '{test,spec}{-,_,}{util,helper,fixture}{,s}.*'],
  ],
  runners: [
    ...['Makefile', 'makefile', 'GNUmakefile', '*.mk', 'justfile', 'Justfile', 'Taskfile.{yml,yaml}', 'CMakeLists.txt', 'BUILD.bazel'],
    ...['.github/workflows/**', '.github/actions/**', '.gitlab-ci.yml', '.circleci/', '.travis.yml', 'Jenkinsfile', 'azure-pipelines.yml'],
    ...[
      'bitbucket-pipelines.yml',
      '.buildkite/',
      '.woodpecker/',
      '.drone.yml',
      '.ci/',
      '.pre-commit-config.yaml',
      'lefthook.yml',
      '.husky/',
    ],
    ...[
      '.env',
      '.env.{test,ci,local}',
      '.env.test.local',
      'codecov.yml',
      '.codecov.yml',
      'sonar-project.properties',
      '.tool-versions',
      'mise.toml',
    ],
  ],
}

const javascript: Ecosystem = {
  tests: [
    '*.{test,spec,cy}.{js,mjs,cjs,jsx,ts,mts,cts,tsx}',
    '*{-,_}test.{js,mjs,cjs,ts,mts,cts}',
    'test{,-*}.{js,mjs,cjs,ts,mts,cts}',
    '*.snap',
  ],
  runners: [
    ...['.npmrc', '.yarnrc', '.yarnrc.yml', '.yarn/', '.pnpmfile.cjs', 'pnpm-workspace.yaml', 'bunfig.toml', '.nvmrc', '.node-version'],
    ...[
      'node_modules/',
      'node.config.json',
      '.mocharc.*',
      '.mocharc',
      '.nycrc',
      '.nycrc.*',
      '.c8rc',
      '.c8rc.*',
      '.taprc',
      '.swcrc',
      '.babelrc',
    ],
    ...[
      '.babelrc.*',
      '{jest,vitest,vite,ava,playwright,cypress,karma,wdio,babel,jasmine,nyc}.{config,conf,setup}.*',
      'jest.*.{config,setup}.*',
    ],
    ...[
      'vitest.{workspace,setup}.*',
      'setupTests.*',
      'jasmine.json',
      'tsconfig*.json',
      'jsconfig.json',
      'tsd.json',
      'turbo.json',
      'nx.json',
      'lerna.json',
    ],
    ...[
      '.eslintrc',
      '.eslintrc.*',
      '.eslintignore',
      'eslint.config.*',
      'biome.json',
      'biome.jsonc',
      '.prettierrc',
      '.prettierrc.*',
      '.prettierignore',
    ],
    ...[
      'prettier.config.*',
      '.stylelintrc*',
      'stylelint.config.*',
      'knip.json',
      'knip.ts',
      '.dependency-cruiser.*',
      'gulpfile.*',
      'Gruntfile.*',
    ],
  ],
  manifests: {
    'package.json': [
      ...about,
      ...[
        'private',
        'bugs',
        'funding',
        'dependencies',
        'devDependencies',
        'optionalDependencies',
        'peerDependencies',
        'peerDependenciesMeta',
      ],
      ...['bundledDependencies', 'bundleDependencies', 'overrides', 'resolutions', 'engines', 'os', 'cpu', 'type', 'exports', 'imports'],
      ...['main', 'module', 'browser', 'types', 'typings', 'typesVersions', 'bin', 'files', 'man', 'publishConfig', 'sideEffects'],
    ],
    'deno.json': ['name', 'version', 'exports', 'imports'],
  },
  dependencies: {
    'package.json': [
      ...['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'peerDependenciesMeta'],
      ...['bundledDependencies', 'bundleDependencies', 'overrides', 'resolutions'],
    ],
    'deno.json': ['imports'],
  },
  locks: {
    'package-lock.json': 'package.json',
    'npm-shrinkwrap.json': 'package.json',
    'yarn.lock': 'package.json',
    'pnpm-lock.yaml': 'package.json',
    'bun.lock': 'package.json',
    'bun.lockb': 'package.json',
    'deno.lock': 'deno.json',
  },
}

const python: Ecosystem = {
  tests: ['test_*.py', '*_test.py', 'tests.py'],
  runners: [
    ...[
      'conftest.py',
      'pytest.ini',
      '.pytest.ini',
      'pytest.toml',
      '.pytest.toml',
      'tox.ini',
      'setup.cfg',
      'noxfile.py',
      '.coveragerc',
      'sitecustomize.py',
      'usercustomize.py',
    ],
    ...[
      '*.pth',
      '*.dist-info/',
      '*.egg-info/',
      '__pycache__/',
      '*.pyc',
      'mypy.ini',
      '.mypy.ini',
      'ruff.toml',
      '.ruff.toml',
      '.flake8',
      '.pylintrc',
      'pylintrc',
      'pyrightconfig.json',
      '.python-version',
    ],
    // They would be taken for the module of this name.
    ...['/pytest.py', 'pytest/**', '_pytest/**', '/unittest.py', 'unittest/**', 'nose2/**', '/tox.py', '/nox.py'],
  ],
  manifests: {
    'pyproject.toml': [
      ...[
        'project',
        'dependency-groups',
        'tool.uv',
        'tool.setuptools',
        'tool.hatch.build',
        'tool.hatch.version',
        'tool.pdm.dev-dependencies',
      ],
      ...[...about, 'dependencies', 'dev-dependencies', 'group', 'extras', 'packages', 'scripts'].map((key) => `tool.poetry.${key}`),
    ],
  },
  dependencies: {
    'pyproject.toml': [
      ...['project.dependencies', 'project.optional-dependencies', 'project.requires-python', 'dependency-groups', 'tool.uv'],
      ...['tool.pdm.dev-dependencies', ...['dependencies', 'dev-dependencies', 'group', 'extras'].map((key) => `tool.poetry.${key}`)],
    ],
  },
  locks: { 'uv.lock': 'pyproject.toml', 'poetry.lock': 'pyproject.toml', 'pdm.lock': 'pyproject.toml', 'Pipfile.lock': 'Pipfile' },
}

const go: Ecosystem = {
  tests: ['*_test.go'],
  runners: ['go.work', '.golangci.{yml,yaml,toml,json}', 'vendor/modules.txt', 'magefile.go'],
}

const rust: Ecosystem = {
  tests: ['benches/'],
  runners: [...['.cargo/', 'build.rs', 'rust-toolchain', 'rust-toolchain.toml', '{,.}{clippy,rustfmt}.toml', 'nextest.toml']],
  manifests: {
    'Cargo.toml': [
      ...[
        'dependencies',
        'dev-dependencies',
        'build-dependencies',
        'target',
        'features',
        'bin',
        'example',
        'lib.name',
        'lib.path',
        'lib.crate-type',
      ],
      ...[...about, 'edition', 'rust-version', 'documentation', 'readme', 'categories', 'publish'].map((key) => `package.${key}`),
      ...['workspace.dependencies', 'workspace.members', 'workspace.exclude', 'workspace.package'],
    ],
  },
  dependencies: {
    'Cargo.toml': [
      ...['dependencies', 'dev-dependencies', 'build-dependencies', 'target', 'features'],
      ...['workspace.dependencies', 'workspace.members', 'workspace.exclude'],
    ],
  },
  locks: { 'Cargo.lock': 'Cargo.toml' },
}

const others: Ecosystem = {
  tests: ['*Test.{java,kt,cs,php}', '*Tests.{java,kt,cs}', '*IT.java', '*_spec.rb', '*_test.{rb,exs,dart}', '*Tests.swift'],
  runners: [
    ...[
      'pom.xml',
      'build.gradle',
      'build.gradle.kts',
      'settings.gradle',
      'settings.gradle.kts',
      'gradle.properties',
      'gradle/',
      'gradlew',
      '.mvn/',
      'mvnw',
      'init.gradle',
      'init.gradle.kts',
      'buildSrc/',
      'junit-platform.properties',
      '**/META-INF/services/org.junit.**',
    ],
    ...[
      'Rakefile',
      '.rspec',
      '.rubocop.yml',
      'phpunit.xml',
      'phpunit.xml.dist',
      'phpstan.neon',
      'Directory.Build.{props,targets}',
      'xunit.runner.json',
      '*.runsettings',
      'mix.exs',
    ],
  ],
  manifests: {
    'composer.json': [
      ...about,
      'require',
      'require-dev',
      'autoload',
      'autoload-dev',
      'conflict',
      'replace',
      'provide',
      'suggest',
      'type',
      'bin',
    ],
  },
  dependencies: { 'composer.json': ['require', 'require-dev', 'conflict', 'replace', 'provide'] },
  locks: { 'composer.lock': 'composer.json', 'Gemfile.lock': 'Gemfile' },
}

export const ecosystems: readonly Ecosystem[] = [anything, javascript, python, go, rust, others]
