import { readFileSync } from 'node:fs'
import { Router } from 'express'

export const router = Router()
export const banner = readFileSync('banner.txt', 'utf8')
