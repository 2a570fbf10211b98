"""LINE notification messages: by phone number, to who need not be a friend.

Apart from LINE's own channel, since only here an answer of 200 says nothing and a webhook tells what arrived:
so a route can wait for it.
"""
