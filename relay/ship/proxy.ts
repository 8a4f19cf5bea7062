// The connection through a forward proxy: HTTPS_PROXY and NO_PROXY as curl reads them, and an agent
// that opens a CONNECT tunnel per connection. The proxy sees host and port of the cloud, and no
// batch unless its own CA was configured as trusted.

import { request as httpRequest } from 'node:http';
import { Agent, type AgentOptions, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as tlsConnect } from 'node:tls';
import { cidrContains, parseAddress, parseCidr } from '../../domain/address.ts';

/** The proxy for an https target, or undefined when it is reached directly. */
export function proxyFor(
  target: URL,
  settings: { readonly httpsProxy?: string; readonly noProxy?: string },
): URL | undefined {
  if (target.protocol !== 'https:' || !settings.httpsProxy) return undefined;
  if (isExempt(target, settings.noProxy ?? '')) return undefined;
  // curl accepts `proxy:3128` without a scheme.
  const text = settings.httpsProxy;
  return new URL(text.includes('://') ? text : `http://${text}`);
}

/**
 * `*`, `example.com` (and below), `.example.com`, an address or a block of them (`10.0.0.0/8`),
 * as curl reads them (CURLOPT_NOPROXY); and each but the first with a port, which curl has not.
 */
function isExempt(target: URL, noProxy: string): boolean {
  const host = nameOf(target.hostname);
  const address = parseAddress(host);
  const port = target.port || '443';
  return noProxy
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const { name, onlyPort } = splitPort(entry);
      if (onlyPort !== undefined && onlyPort !== port) return false;
      // An address is compared as a whole: `0.0.1` is no end of 10.0.0.1.
      if (address) {
        const block = parseCidr(name.includes('/') ? name : `${name}/${address.length * 8}`);
        return block !== undefined && cidrContains(block, address);
      }
      const suffix = nameOf(name).replace(/^\./, '');
      return suffix !== '' && (host === suffix || host.endsWith(`.${suffix}`));
    });
}

/** In small letters, without the brackets of an IPv6 address and the dot of a full domain name. */
const nameOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');

/** An IPv6 address without brackets has no port to split off. */
function splitPort(entry: string): { readonly name: string; readonly onlyPort?: string } {
  const [, bracketed, plain, onlyPort] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
  const name = bracketed ?? plain ?? entry;
  return onlyPort === undefined ? { name } : { name, onlyPort };
}

type Connected = (error: Error | null, socket: Duplex) => void;

/** An https agent whose connections go through `proxy`. */
export class TunnelAgent extends Agent {
  readonly #proxy: URL;
  readonly #connectTimeoutMs: number;

  constructor(proxy: URL, connectTimeoutMs: number, options: AgentOptions) {
    super(options);
    this.#proxy = proxy;
    this.#connectTimeoutMs = connectTimeoutMs;
  }

  /** Called by node:http for every new connection; answers through the callback. */
  override createConnection(
    options: AgentOptions & { host?: string; port?: number },
    connected: Connected,
  ): undefined {
    const { host = '', port = 443 } = options;
    const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    const isSecure = this.#proxy.protocol === 'https:';
    const tunnel = (isSecure ? httpsRequest : httpRequest)({
      host: this.#proxy.hostname.replace(/^\[|\]$/g, ''),
      port: this.#proxy.port || (isSecure ? 443 : 3128),
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...proxyCredentials(this.#proxy) },
      timeout: this.#connectTimeoutMs,
    });
    const fail = (text: string) => connected(new Error(text), undefined as never);
    tunnel.once('connect', (response, socket: Socket) => {
      socket.setTimeout(0);
      if (response.statusCode === 200) connected(null, tlsConnect({ ...options, socket }));
      else {
        socket.destroy();
        fail(`the proxy answered CONNECT with ${response.statusCode}`);
      }
    });
    tunnel.once('timeout', () => tunnel.destroy(new Error('the proxy does not answer')));
    tunnel.once('error', (error) => fail(`proxy: ${error.message}`));
    tunnel.end();
    return undefined;
  }
}

function proxyCredentials(proxy: URL): Readonly<Record<string, string>> {
  if (proxy.username === '') return {};
  const text = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(text).toString('base64')}` };
}
