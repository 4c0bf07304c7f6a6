exports.pool = { query: (text, values) => [text, values] }
