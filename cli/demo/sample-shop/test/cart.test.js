import assert from 'node:assert/strict'
import { test } from 'node:test'
import { discounted, total } from '../src/cart.js'

const cart = [
  { name: 'tea', price: 450, quantity: 2 },
  { name: 'cup', price: 1200, quantity: 1 },
]

test('an empty cart costs nothing', () => assert.equal(total([]), 0))
test('the total counts every piece', () => assert.equal(total(cart), 2100))
test('a discount is taken off the total', () => assert.equal(discounted(cart, 10), 1890))
