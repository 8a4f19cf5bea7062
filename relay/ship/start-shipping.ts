// Connects the shipper with this relay's journal, decoder, key and cloud.
// Promise: proxy and authorities are those the relay was started with; the key changes between two
// tries; what the decoder needs is the caller's to look up, so that a reload counts at once.

import { type KeyObject, randomBytes } from 'node:crypto';
import { encodeBatchOfTexts } from '../../wire/batch.ts';
import { sealRequest } from '../../wire/seal.ts';
import { sealKeyOf } from '../../wire/signature.ts';
import type { CloudConfig } from '../config/relay-config.ts';
import type { Cursor } from '../journal/cursor.ts';
import type { DeadLetterFile } from '../journal/dead-letters.ts';
import { nodeDisk } from '../journal/disk.ts';
import type { Journal } from '../journal/journal.ts';
import { quarantine } from '../journal/quarantine.ts';
import { makeReader } from '../journal/reader.ts';
import type { Log } from '../log.ts';
import type { After } from '../timers.ts';
import { cloudRoute } from './cloud-connection.ts';
import { raiseEpoch } from './epoch.ts';
import type { ShipItem, ToEvent } from './load.ts';
import type { Shipper } from './options.ts';
import { makePoster } from './post.ts';
import { startShipper } from './shipper.ts';
import type { UploadNumbers } from './upload-numbers.ts';

export type ShippingOptions = {
  readonly cloud: CloudConfig;
  readonly flushAfterMs: number;
  /** One batch at a time, the oldest first. */
  readonly isInOrder: boolean;
  /** The journal's folder. */
  readonly directory: string;
  readonly journal: Journal;
  readonly cursor: Cursor;
  readonly deadLetters: DeadLetterFile;
  readonly toEvent: ToEvent;
  /** Told what an accepted batch held. */
  readonly onAccepted: (items: readonly ShipItem[]) => void;
  /** Told that the cloud holds an order for this relay. */
  readonly onOrderWaiting?: () => void;
  readonly uploads: UploadNumbers;
  readonly log: Log;
  readonly now: () => number;
  readonly monotonicMs: () => number;
  /** Runs what the shipper waits to do; absent: by the clock of this machine. */
  readonly after?: After;
};

/** A shipper whose key can be changed: every try is sealed anew. It can be held back. */
export type Shipping = Shipper & {
  useKey(privateKey: KeyObject): void;
  /** True: this relay was revoked, so nothing is sent although `admit` may still take it. */
  hold(isHeld: boolean): void;
};

/** Records decoded per turn of the event loop: about a tenth of a millisecond. */
const decodePerTurn = 4;
const nonceOctets = 16;
const inOrder = { inFlightMax: 1, freshAfter: Number.POSITIVE_INFINITY };

/** Starts to ship what the journal holds and will hold. */
export function startShipping(options: ShippingOptions): Shipping {
  const { cloud, directory, journal, cursor, uploads, now, monotonicMs } = options;
  const url = cloudRoute(cloud.url, '/v1/batches');
  let key = sealKeyOf(cloud.privateKey);
  let isHeld = false;
  const poster = makePoster({
    url,
    now,
    ...(cloud.caCertificates !== undefined && { caCertificates: cloud.caCertificates }),
    ...(cloud.proxyUrl !== undefined && { httpsProxy: cloud.proxyUrl }),
    ...(cloud.noProxy !== undefined && { noProxy: cloud.noProxy }),
  });
  const shipper = startShipper({
    ...(options.after && { after: options.after }),
    relayId: cloud.relayId,
    cursor,
    durablePosition: () => journal.durablePosition,
    load: {
      reader: makeReader({ directory, durablePosition: () => journal.durablePosition }),
      toEvent: options.toEvent,
      deadLetters: options.deadLetters,
      decodePerTurn,
      async onDamage(damage) {
        await quarantine(nodeDisk, directory, { ...damage, kind: 'damaged' });
      },
    },
    raiseEpoch: (by) => raiseEpoch(directory, { by }),
    encodeBatch: encodeBatchOfTexts,
    seal: ({ body, batchId }) =>
      sealRequest({
        authority: url.host,
        path: url.pathname,
        createdSeconds: Math.floor(now() / 1000),
        nonce: randomBytes(nonceOctets).toString('base64url'),
        key,
        body,
        batchId,
      }),
    async post(request, signal) {
      if (isHeld) return { kind: 'answer', status: 401, code: 'relay-revoked' };
      const beganMs = monotonicMs();
      const result = await poster.post(request, signal);
      uploads.posted(result, monotonicMs() - beganMs);
      if (result.kind === 'answer' && result.isOrderWaiting) options.onOrderWaiting?.();
      return result;
    },
    onAccepted: options.onAccepted,
    onShipped: (position) => journal.shippedTo(position),
    log: options.log,
    now,
    random: Math.random,
    limits: { flushAfterMs: options.flushAfterMs, ...(options.isInOrder ? inOrder : {}) },
  });
  return {
    status: () => shipper.status(),
    notify: (position, awaited) => shipper.notify(position, awaited),
    retryNow: () => shipper.retryNow(),
    useKey(privateKey) {
      const next = sealKeyOf(privateKey);
      if (next.keyId === key.keyId) return;
      key = next;
      isHeld = false;
      // The cloud may have refused the key before.
      shipper.retryNow();
    },
    hold(isWanted) {
      if (isHeld && !isWanted) shipper.retryNow();
      isHeld = isWanted;
    },
    async stop() {
      await shipper.stop();
      poster.close();
    },
  };
}
