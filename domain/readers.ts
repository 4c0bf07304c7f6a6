/** The functions that others wait for by name: how far their durables have come says what is still to be answered. */

/** The one function that reads the door. */
export const DOOR_READER = 'admit'
/** The one that asks the chat page, in the browser worker's process. */
export const LANE_READER = 'ask-browser'
