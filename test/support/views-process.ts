import { pino } from 'pino'
import { connectBus } from '../../bus/jetstream/connect.ts'
import { catalogue } from '../../domain/catalogue/index.ts'
import { startViews } from '../../functions/views/start-views.ts'

/** Views in a process of their own, which can be killed; it says `begun` when they have taken in a part. Arguments: url, database, folder, views. */
const [url = '', dbPath = '', tasksDir = '', viewsFolder] = process.argv.slice(2)
const log = pino({ level: 'info' }, { write: (line: string) => line.includes('percent') && process.stdout.write('begun\n') })
const connection = await connectBus({ url, name: 'views', log: pino({ level: 'silent' }) })
await startViews({ connection, catalogue, dbPath, tasksDir, log, ...(viewsFolder ? { viewsFolder } : {}) })
