exports.ordersOf = (customer) => select('orders', { customer })
