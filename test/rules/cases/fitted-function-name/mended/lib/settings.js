exports.settings = JSON.parse('{}')
