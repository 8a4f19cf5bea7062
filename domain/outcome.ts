// Every datagram and every event ends in exactly one named outcome.
// Counters over these names sum to what was received; a name that is missing here does not exist.

/** Where a thing ended. */
export type OutcomeStage = 'gate' | 'relay' | 'admit' | 'process';

type OutcomeFact = {
  readonly stage: OutcomeStage;
  /** True when it means a fault of ours or of the deployment, worth an alarm. */
  readonly isOurFault: boolean;
  readonly meaning: string;
};

const fact = (stage: OutcomeStage, isOurFault: boolean, meaning: string): OutcomeFact => ({
  stage,
  isOurFault,
  meaning,
});

/** Ends of a datagram at the relay. */
export const datagramOutcomes = {
  acknowledged: fact('gate', false, 'valid, on disk, answered'),
  'acknowledged-repeat': fact('gate', false, 'same datagram within 30 s: answered from the cache'),
  'status-answered': fact('gate', false, 'Status-Server (RFC 5997), answered'),
  'status-limited': fact('gate', false, 'Status-Server above 50 a second of one gateway: silence'),
  'bad-length': fact('gate', false, 'shorter than its Length field, or Length outside 20..4096'),
  'bad-framing': fact('gate', false, 'attributes do not fill the packet exactly'),
  'unknown-gateway': fact('gate', false, 'source address is no configured gateway'),
  'unexpected-code': fact('gate', false, 'neither Accounting-Request nor Status-Server'),
  'bad-message-authenticator': fact('gate', false, 'Message-Authenticator wrong or missing'),
  'bad-authenticator': fact('gate', false, 'Request Authenticator wrong: another shared secret'),
  'in-flight-repeat': fact(
    'gate',
    false,
    'same datagram still being written: one answer serves both',
  ),
  'not-recorded': fact('gate', true, 'valid, but the journal could not take it: silence'),
} as const;

/** Ends of a journal record on its way to the cloud. */
export const recordOutcomes = {
  shipped: fact('relay', false, 'in a batch the cloud has answered with 202'),
  'set-aside': fact(
    'relay',
    true,
    'could not be decoded or was refused for good; kept and counted',
  ),
} as const;

/** Ends of a batch at the ingest edge. */
export const batchOutcomes = {
  admitted: fact('admit', false, 'verified and durable in the queue (202)'),
  'seal-invalid': fact('admit', false, 'signature, key, window or digest wrong (401)'),
  conflict: fact('admit', false, 'batch id known with another digest (409)'),
  'too-large': fact('admit', false, 'over a bound (413)'),
  malformed: fact('admit', false, 'not a batch (422)'),
  unavailable: fact('admit', true, 'queue or table failed: the relay retries (503)'),
} as const;

/** Ends of an accounting event in the cloud. */
export const eventOutcomes = {
  folded: fact('process', false, 'first sight of a session or of a place in it: profile written'),
  merged: fact('process', false, 'session row advanced, profile unchanged'),
  duplicate: fact('process', false, 'brought nothing new'),
  'gateway-restart': fact('process', false, 'Accounting-On/Off: watermark raised'),
  'not-vpn': fact('process', false, 'recorded as what it is, kept out of profiles'),
  'no-user': fact('process', false, 'names no user: nothing to profile'),
  'no-session': fact('process', false, 'status type says nothing about a session'),
  erased: fact('process', false, 'received before its user was erased: forgotten'),
  'set-aside': fact('process', true, 'failed three times: kept for a requeue, alarm'),
  retried: fact('process', true, 'a table or locate failed: the message comes back'),
} as const;

export type DatagramOutcome = keyof typeof datagramOutcomes;
export type BatchOutcome = keyof typeof batchOutcomes;
export type EventOutcome = keyof typeof eventOutcomes;

/** A count per outcome name; absent means zero. */
export type OutcomeCounts<Name extends string> = Partial<Record<Name, number>>;

/** Adds `by` to one counter, in place. */
export function countOutcome<Name extends string>(
  counts: OutcomeCounts<Name>,
  name: Name,
  by = 1,
): void {
  counts[name] = (counts[name] ?? 0) + by;
}
