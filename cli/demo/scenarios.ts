/** What the demo asks for. The sentences are all that the scripted agents understand; a real agent reads them as any task. */
export interface Scenario {
  title: string
  description: string
  /** One line for the person who watches. */
  shows: string
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
} as const satisfies Record<string, Scenario>

export type ScenarioName = keyof typeof scenarios
