import admit from '../../functions/intake/admit.ts'
import admitOutsiders from '../../functions/intake/admit-outsiders.ts'
import takeDecisions from '../../functions/intake/take-decisions.ts'
import takeOutsidersDecisions from '../../functions/intake/take-outsiders-decisions.ts'

/** All who read the door, by name. */
export const doorReaders = {
  admit,
  'admit-outsiders': admitOutsiders,
  'take-decisions': takeDecisions,
  'take-outsiders-decisions': takeOutsidersDecisions,
}
