class Stock:
    def __init__(self, connection):
        self.connection = connection

    def remove(self, sku):
        self.connection.cursor().execute("DELETE FROM stock WHERE sku = '%s'" % sku)
