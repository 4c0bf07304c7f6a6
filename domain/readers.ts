/** The functions that others wait for by name: how far their durables have come says what is still to be answered. */

/** The function that reads what the system's own surfaces send to the door, but for what the next one takes. */
export const DOOR_READER = 'admit'
/** The one that reads what is decided about plans. */
export const DECISION_READER = 'take-decisions'
/** The same two for what anybody publishes to the door's open subjects. */
export const OUTSIDERS_READER = 'admit-outsiders'
export const OUTSIDERS_DECISION_READER = 'take-outsiders-decisions'
/** All that read at the door. */
export const doorReaders: readonly string[] = [DOOR_READER, DECISION_READER, OUTSIDERS_READER, OUTSIDERS_DECISION_READER]

/** The one that asks the chat page, in the browser worker's process. */
export const LANE_READER = 'ask-browser'
