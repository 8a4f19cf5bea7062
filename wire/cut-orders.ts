// Orders to end a session, and what a relay reports of them (docs/wire-format.md "Orders"): one
// schema per document, read by both sides.
// Promise: as relay-documents.ts: parsers never throw, keep known fields only, name fields and
// never values. An order names a session; it holds no attribute of a request.

import * as v from 'valibot';
import { type Parsed, parseBody, readAs } from './relay-documents.ts';

const unixMs = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const orderId = v.pipe(v.string(), v.regex(/^[0-9a-z]{10}-[\w-]{22}$/));
const relayId = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,62}$/));
const word = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,62}$/));
const nameText = v.pipe(v.string(), v.minLength(1), v.maxLength(1_024));
/** Sessions that a form by name ends as well. */
export const alsoEndsMax = 50;
/** Orders in one document, reports in one body. */
export const ordersMax = 100;

const orderSchema = v.object({
  /** 10 characters of time, 22 of chance. */
  orderId,
  /** As in the session's events. */
  gatewayId: nameText,
  /** Acct-Session-Id. */
  sessionId: nameText,
  /** The account of the user, folded: the relay compares it with its own packet's. */
  account: nameText,
  /** When the session began, as the cloud dates it; absent: no Start was seen. */
  startedAt: v.exactOptional(unixMs),
  /** What whoever ordered it was told: the form of the gateway. */
  form: word,
  /** Ids of further open sessions that they were told would end. */
  alsoEnds: v.pipe(v.array(nameText), v.maxLength(alsoEndsMax)),
  issuedAt: unixMs,
  expiresAt: unixMs,
});

const ordersSchema = v.object({
  version: v.literal(1),
  relayId,
  issuedAt: unixMs,
  /** The nonce of the request's seal. */
  nonce: v.string(),
  orders: v.pipe(v.array(orderSchema), v.maxLength(ordersMax)),
  /** True: ask again within a second, for somebody is about to give an order. */
  isAwaited: v.boolean(),
});

/** Why a relay sent nothing for an order. More may come: a reader shows what it does not know. */
export const voidReasons = [
  'expired',
  'spent',
  'not-opted-in',
  'switched-off',
  'behind-proxy',
  'unknown-session',
  'other-user',
  'other-session',
  'already-ended',
  'other-address',
  'secret-shared',
  'not-connected',
  'form-changed',
  'attributes-missing',
  'others-open',
  'limit-reached',
  'not-kept',
] as const;
export type VoidReason = (typeof voidReasons)[number];

/** What a relay says of an order; `void`: nothing was sent. */
export const reportedStates = [
  'void',
  'sent',
  'acknowledged',
  'refused',
  'silent',
  'confirmed',
  'unconfirmed',
  'came-back',
] as const;
export type ReportedState = (typeof reportedStates)[number];

const reportSchema = v.object({
  orderId,
  state: v.picklist(reportedStates),
  at: unixMs,
  /** Of `void`: a word. Of `refused`: Error-Cause. Of `confirmed`: `stop` or `restart`. */
  cause: v.exactOptional(v.pipe(v.string(), v.regex(/^[\x20-\x7e]{1,64}$/))),
  /** A sentence for people: printable, no user, no client address. */
  detail: v.exactOptional(v.pipe(v.string(), v.regex(/^[\x20-\x7e]{1,200}$/))),
  /** Of `came-back`: the session that began. */
  session: v.exactOptional(
    v.object({
      gatewayId: nameText,
      sessionId: nameText,
      clientAddress: v.exactOptional(v.pipe(v.string(), v.maxLength(64))),
    }),
  ),
});

const reportsSchema = v.object({
  version: v.literal(1),
  reports: v.pipe(v.array(reportSchema), v.minLength(1), v.maxLength(ordersMax)),
});

export type CutOrder = v.InferOutput<typeof orderSchema>;
export type CutOrdersDocument = v.InferOutput<typeof ordersSchema>;
export type CutReport = v.InferOutput<typeof reportSchema>;
export type CutReports = v.InferOutput<typeof reportsSchema>;

export const readCutOrders = readAs<CutOrdersDocument>(ordersSchema);
export const parseCutReports = (body: Buffer): Parsed<CutReports> => parseBody(reportsSchema, body);
