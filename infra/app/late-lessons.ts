import type { Services } from '../../functions/ports.ts'
import type { Views } from '../../functions/views/start-views.ts'

/** Lessons of views that are opened later: functions begin before, and whoever asks waits for them. */
export const lateLessons = (): { readonly lessons: Services['lessons']; open(views: Pick<Views, 'lessons'>): void } => {
  const views = Promise.withResolvers<Pick<Views, 'lessons'>>()
  return {
    lessons: {
      near: async (...search) => (await views.promise).lessons.near(...search),
      these: async (ids) => (await views.promise).lessons.these(ids),
      ids: async (project) => (await views.promise).lessons.ids(project),
    },
    open: views.resolve,
  }
}
