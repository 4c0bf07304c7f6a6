exports.matching = (items, wanted) => items.filter((item) => item.code === wanted)
