import { price } from '../lib/price.js'

console.log(price([]))
