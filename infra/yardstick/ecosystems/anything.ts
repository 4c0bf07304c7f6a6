import type { Ecosystem } from './ecosystem.ts'

export const anything: Ecosystem = {
  tests: [
    ...['test/', 'tests/', '__tests__/', '__mocks__/', '__snapshots__/', 'spec/', 'specs/', 'e2e/', 'testdata/'],
    ...['Tests/', '*{.,-,_}Tests/', '*UnitTests/', '{integration,functional,acceptance,android,common,jvm,js,native,ios,it}{Test,Tests}/'],
    // What tests compare by often lies beside the product.
    ...[
      '__golden__/',
      '__fixtures__/',
      '{**/,}expected/*.{txt,json,html,xml,csv,md,yml,yaml,out,log,svg,sql}',
      'cassettes/',
      'step_definitions/',
      'testfixtures/',
    ],
    ...['*.golden', '*.feature', '*.{approved,verified}.{txt,log,json,xml,html,htm,md,csv,tsv,yaml,yml,toml,sql,png,jpg,pdf,bin,cs}'],
    ...['{test,spec}{-,_,}{util,helper,fixture}{,s}/', '{test,spec}{-,_,}{util,helper,fixture}{,s}.*'],
  ],
  recordings: ['golden/', 'goldens/'],
  runners: [
    ...[
      'Makefile',
      'makefile',
      'GNUmakefile',
      '*.mk',
      '{justfile,Justfile,.justfile}',
      '{T,t}askfile{.,.dist.}{yml,yaml}',
      '.task/',
      '.envrc',
      'CMakeLists.txt',
    ],
    ...['BUILD', 'BUILD.bazel', 'WORKSPACE', 'WORKSPACE.bazel', 'MODULE.bazel', '.bazelrc', 'meson.build', 'meson_options.txt'],
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
      '.mise.toml',
    ],
  ],
}
