module.exports = function onError(error, request, response, next) {
  request.log.error(error)
  response.status(500).json({ message: 'Internal error' })
}
