try:
    value = int(text)
except:
    value = 0
