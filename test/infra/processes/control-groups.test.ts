import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placesOfOurs } from '../../../infra/processes/control-groups.ts'

const mount = (root: string, place: string, type: string, options = 'rw') =>
  `35 31 0:32 ${root} ${place} rw,relatime - ${type} ${type} ${options}`

test('with one hierarchy a group is made in ours, or beside it where ours was handed over with a group for us in it', () => {
  const own = '0::/user.slice/user-1000.slice/user@1000.service/app.slice/cortex.service/main\n'
  const places = placesOfOurs(own, mount('/', '/sys/fs/cgroup', 'cgroup2'))
  const service = '/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice/cortex.service'
  assert.deepEqual(places, [
    { version: 2, folders: [`${service}/main`] },
    { version: 2, folders: [service] },
  ])
})

test('with a hierarchy a controller, memory and tasks have a folder each, and go before the one without controllers', () => {
  const own = '9:name=systemd:/\n8:pids:/\n5:cpu,memory:/a/b\n0::/\n'
  const mounts = [
    mount('/', '/sys/fs/cgroup/memory', 'cgroup', 'rw,cpu,memory'),
    mount('/', '/sys/fs/cgroup/pids', 'cgroup', 'rw,pids'),
    mount('/', '/sys/fs/cgroup/unified', 'cgroup2'),
  ]
  assert.deepEqual(placesOfOurs(own, mounts.join('\n'))[0], { version: 1, folders: ['/sys/fs/cgroup/memory/a/b', '/sys/fs/cgroup/pids'] })
})

test('in a container whose own group is the root that it sees, that root is ours', () => {
  const [place] = placesOfOurs('0::/docker/ab\n', mount('/docker/ab', '/sys/fs/cgroup', 'cgroup2'))
  assert.deepEqual(place, { version: 2, folders: ['/sys/fs/cgroup'] })
})

test('without control groups there is no place', () => {
  assert.deepEqual(placesOfOurs('', ''), [])
  assert.deepEqual(placesOfOurs('0::/\n', mount('/', '/proc', 'proc')), [])
})
