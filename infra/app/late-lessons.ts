import type { Services } from '../../functions/ports.ts'
import type { Views } from '../../functions/views/start-views.ts'

/** Lessons of views that are opened later: functions begin before, and hear until then that there are none to be had. */
export const lateLessons = (): { readonly lessons: Services['lessons']; open(views: Pick<Views, 'lessons'>): void } => {
  let views: Pick<Views, 'lessons'> | undefined
  const opened = (): Views['lessons'] => {
    if (!views) throw new Error('the views are not open yet')
    return views.lessons
  }
  return {
    lessons: {
      near: async (...search) => opened().near(...search),
      met: async (...search) => opened().met(...search),
      these: async (ids) => opened().these(ids),
      ids: async (project) => opened().ids(project),
    },
    open: (all) => {
      views = all
    },
  }
}
