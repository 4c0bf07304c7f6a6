/** What the demo asks for. The sentences are all that the scripted agents understand; a real agent reads them as any task. */
export interface Scenario {
  title: string
  description: string
  /** One line for the person who watches. */
  shows: string
  /** What is asked for once the first task has taught a rule. */
  next?: { title: string; description: string }
}

const fault = 'The total of a cart forgets how many of an item are bought: two teas cost as much as one. `npm test` shows it.'

export const scenarios = {
  success: {
    title: 'Count every piece in the total of a cart',
    description: `${fault}

In \`src/cart.js\`, replace \`sum + item.price,\` with \`sum + item.price * item.quantity,\`.
Expect \`src/cart.js\` to contain \`item.price * item.quantity\`.`,
    shows: 'a task from created to done',
  },
  stubborn: {
    title: 'Count every piece, with agents that will not listen',
    description: `${fault}

In \`src/cart.js\`, replace \`sum + item.price,\` with \`sum + item.price + item.quantity,\`.
Expect \`src/cart.js\` to contain \`item.price * item.quantity\`.
If told \`item.price * item.quantity\`, in \`src/cart.js\`, replace \`sum + item.price + item.quantity,\` with \`sum + eval('item.price * item.quantity'),\`.
If told \`no-eval\`, in \`src/cart.js\`, replace \`sum + eval('item.price * item.quantity'),\` with \`sum - item.price * item.quantity,\`.
If told \`ended with 1\`, in \`src/cart.js\`, replace \`sum - item.price * item.quantity,\` with \`sum - item.price * item.quantity - 1,\`.`,
    shows: 'review rejects, the agents swap, the scan and the definition of done fail, a person is called',
  },
  learning: {
    title: 'Count every piece in the total of a cart',
    description: `${fault}

In \`src/cart.js\`, replace \`sum + item.price,\` with \`sum + parseInt(item.price / 100) * 100 * item.quantity,\`.
Expect \`src/cart.js\` to contain \`item.quantity\`.
If told \`ended with 1\`, in \`src/cart.js\`, replace \`parseInt(item.price / 100) * 100 * item.quantity\` with \`item.price * item.quantity\`.
Learn \`Money is never cut with parseInt\` from \`src/cart.js\`: \`const whole = (price) => parseInt(price)\` is found by \`parseInt(...)\`, \`const whole = (price) => Math.round(price)\` is not.`,
    shows: 'a mistake costs a failed definition of done, becomes a rule, and the next task that makes it is stopped before any test runs',
    next: {
      title: 'Round discounts down',
      description: `A discount may never be larger than it says.

In \`src/cart.js\`, replace \`Math.round(total(items) * (1 - percent / 100))\` with \`parseInt(total(items) * (1 - percent / 100))\`.
Expect \`src/cart.js\` to contain \`total(items)\`.
If told \`parseInt\`, in \`src/cart.js\`, replace \`parseInt(total(items) * (1 - percent / 100))\` with \`Math.floor(total(items) * (1 - percent / 100))\`.`,
    },
  },
} as const satisfies Record<string, Scenario>

export type ScenarioName = keyof typeof scenarios
export const scenarioNames = Object.keys(scenarios) as [ScenarioName, ...ScenarioName[]]
