// Puts the shipper together for a journal and a cloud: reader, seal, connection, set-aside records.
// The one place that knows how the parts of relay/ship*.ts and relay/journal/ fit.

import { randomBytes } from 'node:crypto';
import { encodeBatch } from '../wire/batch.ts';
import { sealRequest } from '../wire/seal.ts';
import type { SealKey } from '../wire/signature.ts';
import { raiseEpoch } from './epoch.ts';
import { errorText } from './errors.ts';
import type { Cursor } from './journal/cursor.ts';
import { nodeDisk } from './journal/disk.ts';
import { quarantine } from './journal/quarantine.ts';
import { type Damage, makeReader } from './journal/reader.ts';
import type { Log } from './log.ts';
import { AsideFile } from './set-aside.ts';
import type { ToEvent } from './ship-load.ts';
import { makePoster } from './ship-post.ts';
import { startShipper } from './shipper.ts';
import type { Shipper, ShipperLimits } from './shipper-options.ts';

export type ShippingOptions = {
  /** The folder of the journal. */
  readonly directory: string;
  readonly journal: {
    readonly durablePosition: number;
    shippedTo(position: number): void;
  };
  readonly cursor: Cursor;
  readonly toEvent: ToEvent;
  readonly relayId: string;
  readonly key: SealKey;
  /** Address of the cloud without `/v1/batches`. */
  readonly cloudUrl: string;
  readonly caCertificates?: string;
  /** As HTTPS_PROXY and NO_PROXY say it. */
  readonly httpsProxy?: string;
  readonly noProxy?: string;
  readonly limits?: Partial<ShipperLimits>;
  readonly log: Log;
  readonly now: () => number;
};

/** Starts shipping. The caller passes on the journal's `onDurable` to `notify`. */
export function startShipping(options: ShippingOptions): Shipper {
  const { directory, journal, log, now } = options;
  const url = batchesUrl(options.cloudUrl);
  const poster = makePoster({ ...options, url });
  const durablePosition = () => journal.durablePosition;
  const shipper = startShipper({
    relayId: options.relayId,
    cursor: options.cursor,
    durablePosition,
    load: {
      reader: makeReader({ directory, durablePosition }),
      toEvent: options.toEvent,
      aside: new AsideFile(nodeDisk, directory),
      decodePerTurn: 50,
      onDamage: (damage) => keepDamage(directory, damage, log),
    },
    raiseEpoch: (by) => raiseEpoch(directory, { by }),
    encodeBatch,
    seal: ({ body, batchId }) =>
      sealRequest({
        body,
        batchId,
        authority: url.host,
        path: url.pathname,
        createdSeconds: Math.floor(now() / 1000),
        nonce: randomBytes(16).toString('base64url'),
        key: options.key,
      }),
    post: (request, signal) => poster.post(request, signal),
    onShipped: (position) => journal.shippedTo(position),
    log,
    now,
    random: Math.random,
    ...(options.limits && { limits: options.limits }),
  });
  return {
    status: () => shipper.status(),
    notify: (position) => shipper.notify(position),
    async stop() {
      await shipper.stop();
      poster.close();
    },
  };
}

/** `https://host/prefix` to `https://host/prefix/v1/batches`. */
function batchesUrl(cloudUrl: string): URL {
  const url = new URL(cloudUrl);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/batches`;
  return url;
}

/** A copy that cannot be made must not keep the records behind the damage from being shipped. */
async function keepDamage(directory: string, damage: Damage, log: Log): Promise<void> {
  const where = `${damage.bytes} octets at ${damage.offset} of ${damage.segment}`;
  try {
    const isNew = await quarantine(nodeDisk, directory, { ...damage, kind: 'damaged' });
    if (isNew) log('error', 'journal-damaged', `${where} are damaged; a copy is in quarantine/`);
  } catch (error) {
    log('error', 'journal-damaged', `${where} are damaged, no copy: ${errorText(error)}`);
  }
}
