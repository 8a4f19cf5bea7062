// AWS Signature Version 4 for a GET without a body: what an AWS_IAM route of the API asks for.
// Reads no credentials, no clock and no network; they are arguments.

import { createHash, createHmac } from 'node:crypto';

export type AwsCredentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
};

export type SigningScope = {
  readonly credentials: AwsCredentials;
  readonly region: string;
  /** `execute-api` for an API of API Gateway. */
  readonly service: string;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
};

const algorithm = 'AWS4-HMAC-SHA256';
const emptyBodySha256 = createHash('sha256').update('').digest('hex');

/**
 * The headers that sign a GET of `url` (IAM User Guide, "Create a signed AWS API request").
 * `Host` is covered and left to the HTTP client.
 */
export function signGet(url: URL, scope: SigningScope): Record<string, string> {
  const { credentials, region, service } = scope;
  const time = new Date(scope.timeMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const date = time.slice(0, 8);
  const covered: Record<string, string> = { host: url.host, 'x-amz-date': time };
  if (credentials.sessionToken) covered['x-amz-security-token'] = credentials.sessionToken;
  const names = Object.keys(covered).sort();
  const signedHeaders = names.join(';');

  const canonicalRequest = [
    'GET',
    // Everything but S3 encodes the path a second time.
    url.pathname.split('/').map(encode).join('/'),
    canonicalQuery(url),
    ...names.map((name) => `${name}:${covered[name]}`),
    '',
    signedHeaders,
    emptyBodySha256,
  ].join('\n');
  const credentialScope = `${date}/${region}/${service}/aws4_request`;
  const hash = createHash('sha256').update(canonicalRequest).digest('hex');
  const toSign = [algorithm, time, credentialScope, hash].join('\n');

  const key = [date, region, service, 'aws4_request'].reduce<Buffer>(
    (secret, part) => hmac(secret, part),
    Buffer.from(`AWS4${credentials.secretAccessKey}`),
  );
  const signature = hmac(key, toSign).toString('hex');
  const { host: _, ...headers } = covered;
  const parts = [
    `${algorithm} Credential=${credentials.accessKeyId}/${credentialScope}`,
    `SignedHeaders=${signedHeaders}`,
    `Signature=${signature}`,
  ];
  return { ...headers, authorization: parts.join(', ') };
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** RFC 3986: also what encodeURIComponent leaves alone. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function canonicalQuery(url: URL): string {
  return [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}
