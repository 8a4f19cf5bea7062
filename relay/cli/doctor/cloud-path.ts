// The path to the cloud, step by step: name, proxy or route, TLS, a signed request. Steps that work
// are passed, so that the first broken one can be named.
// Promise: it sends no record: the signed request fetches the settings of an enrolled relay, or has
// an empty body, which the API refuses after it has verified the signature. It keeps no answer.

import { lookup } from 'node:dns/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, isIP, type Socket } from 'node:net';
import { type PeerCertificate, rootCertificates, connect as tlsConnect } from 'node:tls';
import { errorText, systemErrorCode } from '../../errors.ts';
import { cloudRoute } from '../../ship/cloud-connection.ts';
import { proxyFor } from '../../ship/proxy.ts';
import { type AuthStep, type ProbeOptions, probe } from './cloud-probe.ts';

/** A step that worked, or the system's word for why it did not. */
export type Step = { readonly ok: boolean; readonly what: string };

export type TlsStep = Step & {
  /** Who signed the certificate that the other side showed. */
  readonly issuer?: string;
  readonly validTo?: string;
};

export type CloudPath = {
  readonly url: URL;
  /** `http://proxy:3128` without credentials; absent: reached directly. */
  readonly proxy?: string;
  /** Host that is resolved and connected to: the proxy's, else the cloud's. */
  readonly host: string;
  readonly port: number;
  readonly name: Step;
  readonly route?: Step;
  /** CONNECT through the proxy. */
  readonly tunnel?: Step;
  readonly tls?: TlsStep;
  readonly auth?: AuthStep;
};

/** Walks the way until a step fails. */
export async function walkCloudPath(options: ProbeOptions): Promise<CloudPath> {
  const { cloud, timeoutMs } = options;
  const url = cloudRoute(cloud.url, '/v1/batches');
  const proxy = proxyFor(url, {
    ...(cloud.proxyUrl !== undefined && { httpsProxy: cloud.proxyUrl }),
    ...(cloud.noProxy !== undefined && { noProxy: cloud.noProxy }),
  });
  const target = proxy ?? url;
  const host = target.hostname.replace(/^\[|\]$/g, '');
  const port = Number(target.port) || (proxy && target.protocol === 'http:' ? 3128 : 443);
  const begun = { url, host, port, ...(proxy && { proxy: `${proxy.protocol}//${proxy.host}` }) };
  const name = await resolveName(host);
  if (!name.ok) return { ...begun, name };
  const { step: route, socket } = await connectTo(host, port, timeoutMs);
  if (!socket) return { ...begun, name, route };
  const walked = { ...begun, name, route };
  if (url.protocol === 'http:') {
    socket.destroy();
    return { ...walked, auth: await probe(options, url) };
  }
  const tunnelled = proxy ? await openTunnel(proxy, url, timeoutMs) : undefined;
  if (tunnelled) socket.destroy();
  const through = tunnelled ? tunnelled.socket : socket;
  const tunnel = tunnelled && { tunnel: tunnelled.step };
  if (!through) return { ...walked, ...tunnel };
  const tls = await shakeHands(through, url, cloud.caCertificates, timeoutMs);
  if (!tls.ok) return { ...walked, ...tunnel, tls };
  return { ...walked, ...tunnel, tls, auth: await probe(options, url) };
}

async function resolveName(host: string): Promise<Step> {
  if (isIP(host)) return { ok: true, what: host };
  try {
    const addresses = await lookup(host, { all: true });
    return { ok: true, what: addresses.map(({ address }) => address).join(', ') };
  } catch (error) {
    return { ok: false, what: wordFor(error) };
  }
}

function connectTo(
  host: string,
  port: number,
  timeoutMs: number,
): Promise<{ readonly step: Step; readonly socket?: Socket }> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (what: string): void => {
      socket.destroy();
      resolve({ step: { ok: false, what } });
    };
    const timer = setTimeout(end, timeoutMs, 'ETIMEDOUT');
    socket.once('error', (error) => {
      clearTimeout(timer);
      end(wordFor(error));
    });
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeAllListeners('error');
      socket.on('error', () => undefined);
      resolve({ step: { ok: true, what: socket.remoteAddress ?? host }, socket });
    });
  });
}

function openTunnel(
  proxy: URL,
  url: URL,
  timeoutMs: number,
): Promise<{ readonly step: Step; readonly socket?: Socket }> {
  const authority = `${url.hostname}:${url.port || '443'}`;
  const user = decodeURIComponent(proxy.username);
  const credentials = `${user}:${decodeURIComponent(proxy.password)}`;
  return new Promise((resolve) => {
    const outgoing = (proxy.protocol === 'https:' ? httpsRequest : httpRequest)({
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 3128),
      method: 'CONNECT',
      path: authority,
      timeout: timeoutMs,
      headers: {
        host: authority,
        ...(user && {
          'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}`,
        }),
      },
    });
    outgoing.once('connect', ({ statusCode = 0 }, socket: Socket) => {
      const ok = statusCode === 200;
      if (!ok) socket.destroy();
      resolve({ step: { ok, what: String(statusCode) }, ...(ok && { socket }) });
    });
    outgoing.once('timeout', () => outgoing.destroy(new Error('ETIMEDOUT')));
    outgoing.once('error', (error) => resolve({ step: { ok: false, what: wordFor(error) } }));
    outgoing.end();
  });
}

/** Judged, not enforced: the certificate of an unknown server is what we want to name. */
function shakeHands(
  socket: Socket,
  url: URL,
  ca: string | undefined,
  timeoutMs: number,
): Promise<TlsStep> {
  return new Promise((resolve) => {
    const name = url.hostname.replace(/^\[|\]$/g, '');
    const secure = tlsConnect({
      socket,
      host: name,
      rejectUnauthorized: false,
      ...(isIP(name) ? {} : { servername: name }),
      ...(ca !== undefined && { ca: [...rootCertificates, ca] }),
    });
    const end = (step: TlsStep): void => {
      clearTimeout(timer);
      secure.destroy();
      resolve(step);
    };
    const timer = setTimeout(() => end({ ok: false, what: 'ETIMEDOUT' }), timeoutMs);
    secure.once('error', (error) => end({ ok: false, what: wordFor(error) }));
    secure.once('secureConnect', () => {
      const shown = secure.getPeerCertificate();
      const issuer = issuerOf(shown);
      end({
        ok: secure.authorized,
        what: secure.authorized ? (secure.getProtocol() ?? 'TLS') : wordOf(secure),
        ...(issuer !== undefined && { issuer }),
        ...(shown.valid_to && { validTo: shown.valid_to }),
      });
    });
  });
}

/** @types has an Error here; at run time it is the code as text. */
function wordOf({ authorizationError }: { readonly authorizationError: unknown }): string {
  return typeof authorizationError === 'string' ? authorizationError : wordFor(authorizationError);
}

function issuerOf({ issuer }: PeerCertificate): string | undefined {
  const name: unknown = issuer?.CN ?? issuer?.O;
  return Array.isArray(name) ? String(name[0]) : typeof name === 'string' ? name : undefined;
}

function wordFor(error: unknown): string {
  return systemErrorCode(error) || errorText(error);
}
