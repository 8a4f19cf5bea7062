// Every bound of the shared contracts, in one place, with its unit.
// A bound that concerns one folder only stands beside the code there.

/** Largest RADIUS packet accepted, octets (RFC 2865 section 3; all peers accept 4096). */
export const radiusPacketBytesMax = 4096;

/** Batch bounds (docs/wire-format.md). */
export const batchEventsMax = 500;
export const batchEventBytesMax = 4 * 1024;
/** One 64 KB SQS billing unit with room for the message's other parts. */
export const batchEncodedBytesTarget = 56 * 1024;
export const batchEncodedBytesMax = 256 * 1024;
export const batchDecodedBytesMax = 2 * 1024 * 1024;

/** A sealed request is accepted this long around its creation. */
export const sealWindowSeconds = 300;

/** Event-Timestamp is believed within [received - past, received + future]. */
export const eventTimePastMsMax = 7 * 24 * 3600 * 1000;
export const eventTimeFutureMsMax = 5 * 60 * 1000;
/** Claimed for longer before its arrival than this: `stale`. */
export const eventStaleAfterMs = 24 * 3600 * 1000;
/** History may tell the local time of an unknown zone: so far may it lie behind its file's own. */
export const importedTimeFutureMsMax = 15 * 3600 * 1000;
/** RFC 2866 is of June 2000: accounting dated before that year is dated by a clock never set. */
export const eventTimeMin = 946_684_800_000;
/** Longest Acct-Session-Time believed: 4294967xxx and 10^9 are counters that went wrong. */
export const sessionSecondsMax = 400 * 24 * 3600;
/** Longest User-Name: an attribute has room for 253 octets (RFC 2865 section 5). */
export const userNameCharactersMax = 253;
/** Equal event ids further apart than this are two events. */
export const eventIdWindowMs = 10 * 60 * 1000;

/** A start that a record claims by its Acct-Session-Time is known within this. */
export const sessionStartToleranceMs = 120 * 1000;
/** Clocks of two relays, or of a relay and its gateway, differ by less. */
export const clockToleranceMs = 5 * 1000;
/** Clocks of two functions differ by less: what lies further ahead of one cannot be. */
export const nowToleranceMs = 10 * 60 * 1000;
/** A restart ends what was last heard longer than this before it. */
export const restartToleranceMs = 10 * 1000;
/** A killed client's Stop, with the session time of its last word, comes at most this late. */
export const stopLatenessMsMax = 60 * 60 * 1000;
/**
 * A gateway that notices a lost line by silence stops its session this long after the user's next
 * one began, at most (OpenVPN: `keepalive 10 60` doubles to 120 s on the server).
 */
export const lostLineStopMsMax = 300 * 1000;
/** A session without a Stop reads as silent after this many interim periods without a record. */
export const silentAfterInterimPeriods = 3;
/**
 * Interims closer than this are one, sent through two relays: RFC 2869 section 5.16 allows no
 * shorter.
 */
export const interimPeriodMsMin = 60 * 1000;
/** The interim period assumed before one was observed, and the longest one believed. */
export const interimPeriodMsDefault = 10 * 60 * 1000;
export const interimPeriodMsMax = 60 * 60 * 1000;
/**
 * Of the interims of a session in so long the first is kept: a write for every one would be most
 * of the bill.
 */
export const interimSpanMs = 2 * 3600 * 1000;
/** Last words are looked for in shared rows while they are younger than this when processed. */
export const wordFreshMs = 24 * 3600 * 1000;
/** A gateway that sends no interims leaves a session without Stop open at most this long. */
export const sessionSilentWithoutInterimsMs = 24 * 3600 * 1000;

/** A session that fell silent stays in the list of who is connected, as silent, for so long. */
export const listedSilentMs = 24 * 3600 * 1000;

/** Profile bounds: distinct values kept before the least recently seen one is evicted. */
export const profilePlacesMax = 24;
export const profileAddressesMax = 32;
export const profileNetworksMax = 12;
export const profileDevicesMax = 10;
export const profileGatewaysMax = 8;
export const profileSpellingsMax = 6;
export const profileRecentMin = 32;
export const profileDetectionsMax = 16;
/** Values the learned part keeps with a weight, the lightest goes first. */
export const learnedPlacesMax = 24;
export const learnedNetworksMax = 16;
export const learnedPrefixesMax = 32;
export const learnedDevicesMax = 10;
export const learnedGatewaysMax = 8;
export const learnedMarksMax = 16;
/** Expected countries, places, networks, addresses and devices of one user, at one time. */
export const expectedMarksMax = 16;
/** Users kept by hash at each end of a network, prefix or country of the population. */
export const populationSightersMax = 8;
/** Distinct values kept per session. */
export const sessionSightingsMax = 8;

/** Repeats of a detection within this time of its first session fold into it. */
export const detectionRepeatMs = 24 * 3600 * 1000;

/** What stands in an unclassified detection is learned so long after its first session. */
export const heldMs = 30 * 24 * 3600 * 1000;
/** Unclassified detections whose values a profile keeps apart. */
export const heldDetectionsMax = 4;

/** A judgement is made again when what it rests on changes within this time. */
export const correctableMs = 24 * 3600 * 1000;
/** Judgements that a profile keeps for it, about 1.5 KB each. */
export const profileKeptMax = 6;

/** Distinct addresses in one locate payload. */
export const locateAddressesMax = 5_000;

/** How long rows are kept, days. */
export const sessionRetentionDays = 180;
export const detectionRetentionDays = 400;
export const deadLetterRetentionDays = 90;
