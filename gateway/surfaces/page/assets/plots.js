// @ts-check
import uPlot from 'uplot'

/** Draws every table that a `data-plot` names. The table stays as it is: it is the plot for those who do not see it. */

/** @param {string} name */
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

/** @param {string} id */
const read = (id) => {
  const table = document.getElementById(id)
  const [first = '', ...names] = [...(table?.querySelectorAll('thead th') ?? [])].map((cell) => cell.textContent ?? '')
  const rows = [...(table?.querySelectorAll('tbody tr') ?? [])]
  const labels = rows.map((row) => row.querySelector('th')?.textContent ?? '')
  const values = names.map((_, column) => rows.map((row) => Number(row.querySelectorAll('td')[column]?.dataset['value'] ?? 0)))
  return { first, names, labels, values }
}

/**
 * Stacked bars are drawn from the highest sum down, so that each one shows its own part.
 * @param {number[][]} values
 */
const stacked = (values) =>
  values.map((_, column) => (values[0] ?? []).map((_, row) => values.slice(0, column + 1).reduce((sum, one) => sum + (one[row] ?? 0), 0)))

/** Days as "21 Nov". @param {string} label */
const short = (label) =>
  /^\d{4}-\d\d-\d\d$/.test(label) ? new Date(label).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }) : label

/** @param {HTMLElement} target */
const draw = (target) => {
  const { first, names, labels, values } = read(target.dataset['table'] ?? '')
  const isStacked = target.dataset['plot'] === 'stacked'
  const palette = names.length > 2 ? 'plot' : 'tint'
  const heights = isStacked ? stacked(values) : values
  const order = names.map((_, index) => index).reverse()
  const bars = uPlot.paths.bars?.({ size: [0.7, 48], radius: 0.08 })
  const axis = { stroke: colour('--quiet'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } }
  const plot = new uPlot(
    {
      width: target.clientWidth,
      height: 240,
      cursor: { drag: { x: false, y: false } },
      scales: {
        x: { time: false, range: [-0.6, labels.length - 0.4] },
        y: { range: (_plot, _low, high) => [0, Math.max(high * 1.08, 0.001)] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          values: (_plot, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? short(labels[tick] ?? '') : '')),
          space: 64,
        },
        { ...axis, label: target.dataset['unit'] ?? '', labelSize: 22, size: 48 },
      ],
      series: [
        { label: first, value: (_plot, index) => (index === null || index === undefined ? '–' : short(labels[index] ?? '')) },
        ...order.map((column) => ({
          label: names[column] ?? '',
          fill: colour(`--${palette}-${column + 1}`),
          stroke: colour(`--${palette}-${column + 1}`),
          width: 0,
          points: { show: false },
          ...(bars ? { paths: bars } : {}),
          /** @type {(plot: uPlot, value: number | null, series: number, index: number | null) => string} */
          value: (_plot, _value, _series, index) => (index === null || index === undefined ? '–' : String(values[column]?.[index] ?? 0)),
        })),
      ],
    },
    [labels.map((_, index) => index), ...order.map((column) => heights[column] ?? [])],
    target,
  )
  return plot
}

/** @type {Map<HTMLElement, uPlot>} */
const plots = new Map()
const drawAll = () => {
  for (const target of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-plot]'))) {
    plots.get(target)?.destroy()
    target.hidden = false
    plots.set(target, draw(target))
  }
}
drawAll()
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll)
window.addEventListener('resize', () => {
  for (const [target, plot] of plots) plot.setSize({ width: target.clientWidth, height: 240 })
})
