from datetime import datetime

created = datetime.utcnow()
