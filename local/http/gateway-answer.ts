// A function's result to an HTTP answer, as API Gateway reads payload format 2.0.
// A result without `statusCode` is the body of a 200; one that makes no sense is a 500.

export type HttpAnswer = {
  readonly status: number;
  /** A repeated header has a list. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
};

type Structured = { readonly [Key in 'statusCode' | 'headers' | 'cookies' | 'body']?: unknown } & {
  readonly isBase64Encoded?: unknown;
};

/** @returns undefined when the result is not one that API Gateway accepts. */
export function toHttpAnswer(result: unknown): HttpAnswer | undefined {
  if (!isObject(result) || !('statusCode' in result)) {
    const body = Buffer.from(typeof result === 'string' ? result : JSON.stringify(result ?? null));
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded }: Structured = result;
  const status = Number(statusCode);
  const isSound =
    Number.isInteger(status) &&
    status >= 200 &&
    status <= 599 &&
    isObject(headers) &&
    Array.isArray(cookies) &&
    typeof body === 'string';
  if (!isSound) return undefined;
  return {
    status,
    headers: {
      'content-type': 'text/plain;charset=UTF-8',
      ...Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
      ),
      ...(cookies.length > 0 ? { 'set-cookie': cookies.map(String) } : {}),
    },
    body: Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
