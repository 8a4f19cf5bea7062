// The schema of the RadSec configuration: the listener, and a gateway's certificates.
// It checks shapes only; how the keys depend on each other is checked in config/radsec.ts.

import * as v from 'valibot';
import { file, ip, listShape, objectShape, port, text, whole } from './values.ts';

const fingerprintShape = 'expects the SHA-256 of a certificate: 64 hexadecimal digits';
const fingerprint = v.pipe(
  v.string(fingerprintShape),
  v.regex(/^(?:sha256:)?(?:[0-9a-f]{2}:?){31}[0-9a-f]{2}$/i, fingerprintShape),
);
const certificateName = text('expects a host name or address, for example "vpn1.example.net"');

/** Which certificates are a gateway's. */
export const gatewayRadsecSchema = v.object(
  {
    names: v.optional(v.array(certificateName, listShape)),
    fingerprints: v.optional(v.array(fingerprint, listShape)),
  },
  objectShape,
);

/** The section `radsec`. */
export const radsecSchema = v.object(
  {
    listen: v.optional(
      v.pipe(
        v.array(v.object({ address: ip, port: v.optional(port) }, objectShape), listShape),
        v.nonEmpty('expects at least one address to listen on'),
      ),
    ),
    certificateFile: file,
    keyFile: file,
    caFile: file,
    crlFile: v.optional(file),
    versions: v.optional(
      v.pipe(
        v.array(v.picklist(['1.0', '1.1'], 'expects "1.0" or "1.1"'), listShape),
        v.nonEmpty('expects at least one version'),
      ),
    ),
    connectionsMax: v.optional(whole('expects a number from 1 to 10000', 1, 10_000)),
    connectionsPerSourceMax: v.optional(whole('expects a number from 1 to 10000', 1, 10_000)),
    handshakesPerSecondMax: v.optional(whole('expects a number from 1 to 1000', 1, 1000)),
    idleSeconds: v.optional(whole('expects seconds from 10 to 604800', 10, 604_800)),
  },
  objectShape,
);

export type RadsecFile = v.InferOutput<typeof radsecSchema>;
