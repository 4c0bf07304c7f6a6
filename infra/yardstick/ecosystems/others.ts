import { about, type Ecosystem } from './ecosystem.ts'

export const go: Ecosystem = {
  tests: ['*_test.go'],
  // Copied packages are taken before those that the base fetches as soon as their mark is there.
  runners: ['go.work', '.golangci.{yml,yaml,toml,json}', 'magefile.go', 'vendor/modules.txt', '**/vendor/modules.txt'],
  marked: { 'vendor/modules.txt': ['vendor/'] },
}

export const rust: Ecosystem = {
  tests: ['benches/'],
  runners: [...['.cargo/', 'build.rs', 'rust-toolchain', 'rust-toolchain.toml', '{,.}{clippy,rustfmt}.toml', 'nextest.toml']],
  marked: { '.cargo-checksum.json': ['**'] },
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

export const others: Ecosystem = {
  tests: [
    'test_*.{c,cc,cpp,cxx}',
    '*_test.{c,cc,cpp,cxx}',
    '*{Test,Tests}.{cc,cpp,cxx}',
    '*.{bats,t}',
    '*Test.{java,kt,cs,php}',
    '*Tests.{java,kt,cs}',
    '*IT.java',
    '*_spec.rb',
    '*_test.{rb,exs,dart}',
    '*Tests.swift',
  ],
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
      // Libraries of tests that lie in the repository, and headers that would be taken for the system's.
      '{assert,stdlib,stdio,doctest,munit,unity,greatest,acutest,cmocka,utest}.h',
      '{cassert,cstdlib,cstdio,catch.hpp,catch_amalgamated.*,unity.c,munit.c}',
      '{gtest,gmock,googletest,catch2,criterion}/',
      '**/META-INF/services/{org.junit,org.testng,org.assertj,org.mockito,org.spockframework,org.apache.maven,io.kotest,io.cucumber}.**',
      'mockito-extensions/',
      '{testng,kotest,cucumber}.{xml,yaml,yml,properties}',
    ],
    ...[
      ...[
        'Rakefile',
        '*.rake',
        '.simplecov',
        'behat.yml',
        'behat.yml.dist',
        'codeception.yml',
        'codeception.dist.yml',
        'vendor/bundle/',
        'vendor/cache/',
      ],
      ...['build.sbt', 'project/*.sbt', 'project/build.properties', 'Package.swift'],
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
  marked: { 'vendor/autoload.php': ['vendor/'] },
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
