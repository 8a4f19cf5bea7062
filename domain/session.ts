// A session: what one gateway reports between Start and Stop of one user.
// Every field is a maximum, a minimum or a bounded set, so merging is commutative, associative and
// idempotent: duplicates, two relays and stragglers give the same session.
// Identity: (gateway, session id, user, start estimate within 120 s), ARCHITECTURE "Session".
