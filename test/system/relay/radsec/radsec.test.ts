// RadSec as a gateway meets it: a relay on real ports, its real thread, and a client of our own.

import { createHash, createHmac } from 'node:crypto';
import path from 'node:path';
import fc from 'fast-check';
import { makeReader } from '../../../../relay/journal/reader.ts';
import { TestAuthority } from '../../../support/certificates.ts';
import { accounting, attribute, statusServer } from '../../../support/radius-packets.ts';
import { packet11, RadsecClient } from '../../../support/radsec-client.ts';
import { doorProgram, type RadsecRelay, runRadsecRelay } from '../../../support/radsec-relay.ts';
import { stopAll } from '../../../support/running-relay.ts';
import { until } from '../../../support/until.ts';

afterEach(stopAll);

const start = (session: string): Buffer[] => [
  attribute(40, [0, 0, 0, 1]),
  attribute(44, session),
  attribute(1, 'alice'),
];
/** Signed with the secret that RFC 6614 fixes. */
const signed = (session: string, identifier = 1): Buffer =>
  accounting('radsec', start(session), { identifier });

async function recordsOf({ config }: RadsecRelay) {
  const reader = makeReader({ directory: path.join(config.dataDir, 'journal') });
  const { entries } = await reader.readFrom(1, 1000, 1_000_000);
  await reader.close();
  return entries.flatMap((entry) => (entry.kind === 'record' ? [entry.record] : []));
}

describe('RADIUS/1.0 over TLS', () => {
  it('answers every packet of a connection in its order, signed, after it is on disk', async () => {
    const running = await runRadsecRelay();
    const client = await running.connect();
    const packets = Array.from({ length: 200 }, (_, i) => signed(`session-${i}`, i));

    client.send(...packets);
    const answers = await client.answered(200);

    expect(answers.map((answer) => answer[1])).toEqual(packets.map((packet) => packet[1]));
    expect((await recordsOf(running)).map(({ payload }) => payload)).toEqual(packets);
    for (const [i, answer] of answers.entries()) {
      const expected = Buffer.from(answer);
      packets[i]?.copy(expected, 4, 4, 20);
      const digest = createHash('md5').update(expected).update('radsec').digest();
      expect(answer.subarray(4, 20)).toEqual(digest);
    }
    expect(running.relay.counts().outcomes).toEqual({ acknowledged: 200 });
  });

  it('is served by the program that runs, started once more as a thread', async () => {
    const { connect } = await runRadsecRelay({ threadProgram: doorProgram });
    const client = await connect();

    client.send(signed('one'));

    expect(await client.answered(1)).toHaveLength(1);
  });

  it('notes in the journal over what a packet came, from where, and whose it is', async () => {
    const running = await runRadsecRelay();
    const client = await running.connect();
    client.send(signed('one'));
    await client.answered(1);

    const [record] = await recordsOf(running);

    expect(record).toMatchObject({
      transport: 'radsec',
      gatewayId: 'asa',
      source: { address: '127.0.0.1', port: client.socket.localPort },
    });
  });

  it('puts packets together from single octets', async () => {
    const running = await runRadsecRelay();
    const client = await running.connect();
    client.socket.setNoDelay(true);

    for (const octet of Buffer.concat([signed('one', 1), signed('two', 2)])) {
      client.send(Buffer.from([octet]));
      await new Promise((resolve) => setImmediate(resolve));
    }

    expect((await client.answered(2)).map((answer) => answer[1])).toEqual([1, 2]);
  });

  it('says that it is there, when asked with Status-Server', async () => {
    const { connect } = await runRadsecRelay();
    const client = await connect();
    const question = statusServer('radsec', []);

    client.send(question);
    const [answer] = await client.answered(1);

    const unsigned = Buffer.from(answer ?? []);
    question.copy(unsigned, 4, 4, 20);
    unsigned.fill(0, 22, 38);
    const hmac = createHmac('md5', 'radsec').update(unsigned).digest();
    expect(answer?.[0]).toBe(5);
    expect(answer?.subarray(22, 38)).toEqual(hmac);
  });

  it('answers what came before a forged packet, then ends the connection', async () => {
    const running = await runRadsecRelay();
    const client = await running.connect();
    const forged = accounting('another-secret', start('forged'));

    client.send(signed('before'), forged, signed('behind', 2));
    await client.closed();

    expect(client.answers.map((answer) => answer[1])).toEqual([1]);
    expect(running.relay.counts().outcomes).toEqual({ acknowledged: 1, 'bad-authenticator': 1 });
    expect(running.relay.status().secretFindings.get('asa')).toContain('another secret');
    await until(
      () => running.relay.status().radsec?.ends['bad-packet'] === 1,
      'a connection ends as bad-packet',
    );
  });

  it.each([
    ['a length of 19', Buffer.from([4, 1, 0, 19])],
    ['a length of 4097', Buffer.from([4, 1, 0x10, 1])],
    ['a page of HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: relay\r\n\r\n')],
  ])('ends a connection that sends %s', async (_, garbage) => {
    const { connect, relay } = await runRadsecRelay();
    const client = await connect();

    client.send(signed('good'), garbage);
    await client.closed();

    expect(client.answers).toHaveLength(1);
    expect(relay.counts().outcomes).toEqual({ acknowledged: 1, 'bad-length': 1 });
  });

  it('survives any octets, and serves the next one', async () => {
    const { connect, relay } = await runRadsecRelay();
    const hostile = fc.sample(fc.uint8Array({ maxLength: 6000 }), { numRuns: 40, seed: 1 });

    await Promise.all(
      hostile.map(async (octets, i) => {
        const client = await connect(i % 2 === 0 ? { ALPNProtocols: ['radius/1.1'] } : {});
        client.send(Buffer.from(octets));
        client.socket.end();
        await client.closed();
      }),
    );
    const client = await connect();
    client.send(signed('good'));

    expect(await client.answered(1)).toHaveLength(1);
    const { received, inFlight, outcomes } = relay.counts();
    const total = Object.values(outcomes).reduce((sum, one) => sum + one, 0);
    expect(inFlight).toBe(0);
    expect(total).toBe(received);
    expect(outcomes.acknowledged).toBe(1);
  });

  it('leaves out a packet of another kind and keeps the connection', async () => {
    const { connect, relay } = await runRadsecRelay();
    const client = await connect();

    client.send(accounting('radsec', [], { code: 1 }), signed('good', 7));

    expect((await client.answered(1))[0]?.[1]).toBe(7);
    expect(relay.counts().outcomes).toEqual({ acknowledged: 1, 'unexpected-code': 1 });
  });

  it('answers a gateway that has closed its half behind the last packet', async () => {
    const { connect } = await runRadsecRelay();
    const client = await connect({ allowHalfOpen: true } as object);

    client.socket.end(signed('last'));

    await client.answered(1);
    await client.closed();
  });
});

describe('RADIUS/1.1', () => {
  const over11 = { ALPNProtocols: ['radius/1.1'] };

  it('answers by token, with reserved fields zero, and echoes Proxy-States', async () => {
    const running = await runRadsecRelay();
    const client = await running.connect(over11);
    const proxyState = attribute(33, 'keep-this');
    const request = packet11(4, 0xdeadbeef, [...start('one'), proxyState]);
    request[1] = 77;
    request.fill(9, 8, 20);

    client.send(request);
    const [answer] = await client.answered(1);

    const expected = packet11(5, 0xdeadbeef, [proxyState]);
    expect(answer).toEqual(expected);
    expect(await recordsOf(running)).toMatchObject([
      { transport: 'radius-1.1', isRepeated: false, payload: request },
    ]);
  });

  it('does not take equal tokens of two connections for one packet', async () => {
    const running = await runRadsecRelay();
    const [first, second] = [await running.connect(over11), await running.connect(over11)];

    first.send(packet11(4, 1, start('of-the-first')));
    second.send(packet11(4, 1, start('of-the-second')));
    await Promise.all([first.answered(1), second.answered(1)]);

    const records = await recordsOf(running);
    expect(records.map(({ isRepeated }) => isRepeated)).toEqual([false, false]);
  });

  it('ignores a Message-Authenticator, even where the gateway must send one over UDP', async () => {
    const { connect } = await runRadsecRelay({
      relay: {
        gateways: [
          {
            name: 'asa',
            addresses: ['127.0.0.1'],
            secrets: [],
            requireMessageAuthenticator: true,
          },
        ],
      },
    });
    const client = await connect(over11);

    client.send(packet11(4, 1, start('with-none')));
    client.send(packet11(4, 2, [...start('wrong'), attribute(80, Buffer.alloc(16, 1))]));

    expect(await client.answered(2)).toHaveLength(2);
  });

  it('answers Status-Server without any signature', async () => {
    const { connect } = await runRadsecRelay();
    const client = await connect(over11);

    client.send(packet11(12, 5, []));

    expect((await client.answered(1))[0]).toEqual(packet11(5, 5, []));
  });

  it('ends the connection at attributes that do not fill the packet', async () => {
    const { connect, relay } = await runRadsecRelay();
    const client = await connect(over11);

    client.send(packet11(4, 1, start('good')), packet11(4, 2, [Buffer.from([1, 9])]));
    await client.closed();

    expect(client.answers).toHaveLength(1);
    expect(relay.counts().outcomes).toEqual({ acknowledged: 1, 'bad-framing': 1 });
  });
});

describe('the choice of the RADIUS version (RFC 9765 section 3.3)', () => {
  const alpn = async (running: RadsecRelay, names: string[], more = {}) => {
    const offered = names.length > 0 ? { ALPNProtocols: names } : {};
    return (await running.connect({ ...offered, ...more })).socket.alpnProtocol;
  };

  it('is 1.1 where both can, 1.0 where one says so or says nothing', async () => {
    const running = await runRadsecRelay();

    expect(await alpn(running, ['radius/1.0', 'radius/1.1'])).toBe('radius/1.1');
    expect(await alpn(running, ['radius/1.0'])).toBe('radius/1.0');
    expect(await alpn(running, [])).toBe(false);
  });

  it('is never 1.1 below TLS 1.3', async () => {
    const running = await runRadsecRelay();
    const old = { maxVersion: 'TLSv1.2' };

    expect(await alpn(running, ['radius/1.1', 'radius/1.0'], old)).toBe('radius/1.0');
    await expect(alpn(running, ['radius/1.1'], old)).rejects.toThrow(/alert/);
  });

  it('fails with the alert for it where there is none in common', async () => {
    const running = await runRadsecRelay();

    await expect(alpn(running, ['radius/2.0'])).rejects.toMatchObject({
      code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
    });
    await until(
      () => running.relay.status().radsec?.ends['no-common-version'] === 1,
      'a connection ends as no-common-version',
    );
  });

  it('tells a gateway without ALPN why it cannot stay where 1.1 is required', async () => {
    const { connect } = await runRadsecRelay({ radsec: { versions: ['1.1'] } });
    const client = await connect();
    await client.closed();

    const [told] = client.answers;

    expect(told?.[0]).toBe(52);
    expect(told?.toString('latin1')).toContain('RADIUS/1.1 (RFC 9765) is required');
    expect(told?.subarray(-6)).toEqual(attribute(101, [0, 0, 1, 0x96]));
  });

  it('refuses 1.1 where only 1.0 is offered', async () => {
    const running = await runRadsecRelay({ radsec: { versions: ['1.0'] } });

    expect(await alpn(running, ['radius/1.1', 'radius/1.0'])).toBe('radius/1.0');
    await expect(alpn(running, ['radius/1.1'])).rejects.toThrow(/alert/);
  });

  it('is made anew for every connection: no session is resumed', async () => {
    const running = await runRadsecRelay();
    const first = await running.connect({ ALPNProtocols: ['radius/1.1'] });
    let session: Buffer | undefined;
    first.socket.on('session', (ticket: Buffer) => {
      session = ticket;
    });
    first.send(packet11(12, 1, []));
    await first.answered(1);

    const second = await running.connect({ ...(session && { session }) });

    expect(second.socket.isSessionReused()).toBe(false);
    expect(second.socket.alpnProtocol).toBe(false);
  });
});

describe('who may connect', () => {
  it('is nobody without a certificate, or with one that others have signed', async () => {
    const { relay, options } = await runRadsecRelay();
    const { cert: _cert, key: _key, ...bare } = options();
    const stranger = new TestAuthority().issue({ name: 'vpn1' });

    const without = await RadsecClient.connect(bare);
    const foreign = await RadsecClient.connect(options(stranger));
    await Promise.all([without.closed(), foreign.closed()]);

    await until(
      () => relay.status().radsec?.ends['no-certificate'] === 1,
      'a connection ends as no-certificate',
    );
    await until(
      () => relay.status().radsec?.ends['untrusted-certificate'] === 1,
      'a connection ends as untrusted-certificate',
    );
    expect(relay.status().secretFindings.get('asa')).toContain('certificate');
    expect(relay.counts().received).toBe(0);
  });

  it('is nobody whose certificate has expired', async () => {
    const { authority, relay, options } = await runRadsecRelay();
    const notAfter = new Date(Date.now() - 1000);

    const client = await RadsecClient.connect(options(authority.issue({ name: 'old', notAfter })));
    await client.closed();

    await until(
      () => relay.status().radsec?.ends['expired-certificate'] === 1,
      'a connection ends as expired-certificate',
    );
  });

  it('is nobody whose certificate was revoked', async () => {
    const running = await runRadsecRelay();
    const { authority, gateway, relay, options } = running;
    const revoked = authority.issue({ name: 'lost', names: ['vpn1.example.net'] });
    const crlFile = running.write('crl.pem', authority.revoke([revoked]));
    const radsec = running.config.radsec && { ...running.config.radsec, crlFile };
    const second = await runRadsecRelay({ radsec: { ...radsec } });
    const port = second.relay.status().radsec?.addresses[0]?.port ?? 0;

    const good = await RadsecClient.connect({ ...options(gateway), port });
    const bad = await RadsecClient.connect({ ...options(revoked), port });
    await bad.closed();
    good.send(signed('good'));

    expect(await good.answered(1)).toHaveLength(1);
    expect(relay.counts().received).toBe(0);
  });
});
