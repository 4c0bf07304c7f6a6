import { about, type Ecosystem } from './ecosystem.ts'

const pixi = ['dependencies', 'host-dependencies', 'build-dependencies', 'pypi-dependencies']

export const python: Ecosystem = {
  tests: ['test_*.py', '*_test.py', 'tests.py'],
  runners: [
    ...[
      'conftest.py',
      'pytest.ini',
      '.pytest.ini',
      'pytest.toml',
      '.pytest.toml',
      'tox.{ini,toml}',
      '{.,}venv/',
      '.tox/',
      '.nox/',
      '{.mypy,.ruff,.pytest}_cache/',
      '{nose2,unittest}.cfg',
      '{.stestr.conf,.testr.conf}',
      'hatch.toml',
      'uv.toml',
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
    'pixi.toml': ['project', 'workspace', ...pixi],
    Pipfile: ['packages', 'dev-packages', 'requires'],
  },
  held: { 'pyproject.toml': ['project.entry-points'] },
  programs: { 'pyproject.toml': ['project.scripts', 'project.gui-scripts', 'tool.poetry.scripts'] },
  dependencies: {
    'pyproject.toml': [
      ...['project.dependencies', 'project.optional-dependencies', 'project.requires-python', 'dependency-groups', 'tool.uv'],
      ...['tool.pdm.dev-dependencies', ...['dependencies', 'dev-dependencies', 'group', 'extras'].map((key) => `tool.poetry.${key}`)],
    ],
    'pixi.toml': pixi,
    Pipfile: ['packages', 'dev-packages'],
  },
  locks: {
    'pixi.lock': 'pixi.toml',
    'uv.lock': 'pyproject.toml',
    'poetry.lock': 'pyproject.toml',
    'pdm.lock': 'pyproject.toml',
    'Pipfile.lock': 'Pipfile',
  },
}
