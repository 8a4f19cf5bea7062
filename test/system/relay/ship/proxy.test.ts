// NO_PROXY as curl reads it: every entry and host of a table, with curl itself as the judge where
// it is installed.

import { execFile, spawnSync } from 'node:child_process';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { proxyFor } from '../../../../relay/ship/proxy.ts';

const hasCurl = spawnSync('curl', ['--version']).status === 0;
const run = promisify(execFile);

/** Without blocks of IPv6, which the curl of Debian 12 (7.88) does not read yet. */
const entries = [
  '10.0.0.0/8',
  '192.168.1.0/24',
  '192.168.1.77/32',
  '10.1.2.3',
  '0.0.1',
  'example.com',
  'example.com.',
  '.example.com',
  'EXAMPLE.com',
  'ample.com',
  '*',
  '2001:db8::1',
  'other.example, 10.0.0.0/8',
  'other.example example.com',
  '10.0.0.0/33',
];
const hosts = [
  '10.1.2.3',
  '11.1.2.3',
  '192.168.1.77',
  '192.168.2.77',
  'example.com',
  'api.example.com',
  'api.example.com.',
  'badexample.com',
  '[2001:db8::1]',
  '[2001:db9::1]',
];

const isDirect = (noProxy: string, host: string): boolean =>
  proxyFor(new URL(`https://${host}/v1`), { httpsProxy: 'http://proxy:3128', noProxy }) ===
  undefined;

describe('NO_PROXY', () => {
  it.each([
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '11.1.2.3', false],
    ['2001:db8::/32', '[2001:db8::1]', true],
    ['example.com.', 'api.example.com', true],
    ['example.com', 'api.example.com.', true],
    ['0.0.1', '10.0.0.1', false],
    ['badexample.com', 'example.com', false],
    ['example.com:443', 'example.com', true],
    ['example.com:8443', 'example.com', false],
    ['[2001:db8::1]:443', '[2001:db8::1]', true],
    ['', 'example.com', false],
  ])('"%s": %s is reached directly: %s', (noProxy, host, expected) => {
    expect(isDirect(noProxy, host)).toBe(expected);
  });

  const whenCurl = hasCurl ? it : it.skip;
  whenCurl('is read as curl reads it', async () => {
    const asked = new Set<string>();
    const proxy = http.createServer().on('connect', ({ headers }, socket) => {
      asked.add(String(headers['x-question']));
      socket.end();
    });
    await new Promise<void>((resolve) => {
      proxy.listen(0, '127.0.0.1', resolve);
    });
    const { port } = proxy.address() as AddressInfo;
    const questions = entries.flatMap((noProxy) => hosts.map((host) => ({ noProxy, host })));
    // Nothing listens on port 9 of this machine, where whatever is direct is sent.
    await Promise.all(
      questions.map(({ noProxy, host }) => {
        const question = ['--proxy-header', `x-question: ${noProxy}|${host}`];
        const target = ['--connect-to', '::127.0.0.1:9', ...question];
        const env = { http_proxy: `http://127.0.0.1:${port}`, NO_PROXY: noProxy };
        return run('curl', ['-s', ...target, `http://${host}/`], { env }).catch(() => undefined);
      }),
    );
    proxy.close();
    const different = questions.filter(
      ({ noProxy, host }) => isDirect(noProxy, host) === asked.has(`${noProxy}|${host}`),
    );

    expect(different).toEqual([]);
  });
});
