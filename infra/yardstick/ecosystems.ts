import { anything } from './ecosystems/anything.ts'
import type { Ecosystem } from './ecosystems/ecosystem.ts'
import { javascript } from './ecosystems/javascript.ts'
import { go, others, rust } from './ecosystems/others.ts'
import { python } from './ecosystems/python.ts'

export const ecosystems: readonly Ecosystem[] = [anything, javascript, python, go, rust, others]
