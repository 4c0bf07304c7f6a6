from flask import Flask


def create():
    shop = Flask('shop')
    shop.run(host='127.0.0.1', port=8080, debug=True)
    return shop
