// What programs nobody here wrote say of our Disconnect-Requests and of our reading of answers:
// Debian's radclient builds the same octets, and FreeRADIUS takes ours and answers.

import { spawn, spawnSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { encodeDisconnectRequest } from '../../../../relay/disconnect/disconnect-request.ts';
import { makeExchange } from '../../../../relay/disconnect/exchange.ts';
import { markAttribute } from '../../../../relay/disconnect/session-marks.ts';
import { freePort } from '../../../support/free-port.ts';
import { isFreeRadiusInstalled, startFreeRadius } from '../../../support/freeradius.ts';
import { onStop, stopAll, temporaryFolder } from '../../../support/running-relay.ts';

const secret = 'a-secret-of-disconnect-requests';
const isRadclientInstalled = spawnSync('radclient', ['-h']).error === undefined;
const radclientIt = isRadclientInstalled ? it : it.skip;
const serverIt = isFreeRadiusInstalled ? it : it.skip;
const quick = { copiesAtMs: [0, 200, 400], untilMs: 3_000 };

afterEach(stopAll);

/** A socket on loopback. */
async function listen(): Promise<Socket> {
  const socket = createSocket('udp4');
  onStop(() => socket.close());
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

describe('radclient', () => {
  radclientIt('builds the octets that we build', async () => {
    const socket = await listen();
    const received = once(socket, 'message');
    const target = `127.0.0.1:${socket.address().port}`;
    const client = spawn('radclient', ['-r', '1', '-t', '1', target, 'disconnect', secret]);
    const attributes = [
      'Message-Authenticator = 0x00',
      'User-Name = "alice"',
      'Acct-Session-Id = "1700000000-17"',
      'NAS-Identifier = "vpn-1"',
      'Framed-IP-Address = 10.0.0.9',
      'Cisco-AVPair = "audit-session-id=0a0a0a0a000010005f5e1001"',
      'Event-Timestamp = "Nov 30 2026 03:00:00 UTC"',
    ];
    client.stdin.end(attributes.join('\n'));
    const [packet] = (await received) as [Buffer];

    const ours = encodeDisconnectRequest({
      identifier: packet[1] ?? 0,
      secret: Buffer.from(secret),
      timestampSeconds: Date.parse('2026-11-30T03:00:00Z') / 1000,
      attributes: [
        markAttribute('userName', Buffer.from('alice')),
        markAttribute('sessionId', Buffer.from('1700000000-17')),
        markAttribute('nasIdentifier', Buffer.from('vpn-1')),
        markAttribute('framedIpAddress', Buffer.from([10, 0, 0, 9])),
        markAttribute('auditSessionId', Buffer.from('audit-session-id=0a0a0a0a000010005f5e1001')),
      ],
    });
    expect(ours.toString('hex')).toBe(packet.toString('hex'));
  });
});

describe('FreeRADIUS as the gateway', () => {
  serverIt(
    'takes our request, and its ACK, NAK and silence are read as what they are',
    async () => {
      const port = await freePort();
      const server = await startFreeRadius({
        folder: temporaryFolder(),
        secret,
        modules: 'always ok {\n  rcode = ok\n}\nalways reject {\n  rcode = reject\n}',
        sections: '',
        after: `
server gateway {
  listen {
    type = coa
    ipaddr = 127.0.0.1
    port = ${port}
  }
  recv-coa {
    if (User-Name == "alice") {
      ok
    }
    else {
      update reply {
        Error-Cause := Session-Context-Not-Found
      }
      reject
    }
  }
  send-coa {
    ok
  }
}`,
      });
      onStop(() => server.stop());
      const exchange = makeExchange(undefined, quick);
      const ask = (user: string, usedSecret = secret) => {
        const octets = Buffer.from(usedSecret);
        const packet = encodeDisconnectRequest({
          identifier: 1,
          secret: octets,
          timestampSeconds: Math.floor(Date.now() / 1000),
          attributes: [markAttribute('userName', Buffer.from(user))],
        });
        return exchange({ packet, secret: octets, address: '127.0.0.1', port });
      };

      expect(await ask('alice')).toEqual({ kind: 'answered', answer: { kind: 'acknowledged' } });
      expect(await ask('bob')).toEqual({
        kind: 'answered',
        answer: { kind: 'refused', cause: 'Session-Context-Not-Found' },
      });
      expect(await ask('alice', 'another-secret-of-the-gateway')).toEqual({
        kind: 'silent',
        ignored: 0,
        isPortClosed: false,
      });
    },
  );
});

describe('an exchange', () => {
  it('sends three copies of the same octets, each from the one random port', async () => {
    const gateway = await listen();
    const seen: [string, number][] = [];
    gateway.on('message', (octets, { port }) => seen.push([octets.toString('hex'), port]));
    const packet = encodeDisconnectRequest({
      identifier: 1,
      secret: Buffer.from(secret),
      timestampSeconds: 1,
      attributes: [],
    });
    const times = { copiesAtMs: [0, 20, 40], untilMs: 200 };
    const { port } = gateway.address();
    const target = { packet, secret: Buffer.from(secret), address: '127.0.0.1', port };

    const ends = [await makeExchange(undefined, times)(target)];
    ends.push(await makeExchange(undefined, times)(target));

    expect(seen).toHaveLength(6);
    expect(new Set(seen.map(([octets]) => octets))).toEqual(new Set([packet.toString('hex')]));
    expect(new Set(seen.slice(0, 3).map(([, from]) => from)).size).toBe(1);
    expect(seen[0]?.[1]).not.toBe(seen[3]?.[1]);
    expect(ends[0]).toEqual({ kind: 'silent', ignored: 0, isPortClosed: false });
  });

  it('counts forged answers and goes on, and says when nobody listens', async () => {
    const gateway = await listen();
    gateway.on('message', (octets, { port, address }) => {
      const forged = Buffer.from(octets.subarray(0, 20));
      forged[0] = 41;
      forged.writeUInt16BE(20, 2);
      gateway.send(forged, port, address);
    });
    const packet = encodeDisconnectRequest({
      identifier: 1,
      secret: Buffer.from(secret),
      timestampSeconds: 1,
      attributes: [],
    });
    const exchange = makeExchange(undefined, { copiesAtMs: [0, 20, 40], untilMs: 400 });
    const ask = (port: number) =>
      exchange({ packet, secret: Buffer.from(secret), address: '127.0.0.1', port });

    expect(await ask(gateway.address().port)).toEqual({
      kind: 'silent',
      ignored: 3,
      isPortClosed: false,
    });
    expect(await ask(await freePort())).toEqual({ kind: 'silent', ignored: 0, isPortClosed: true });
  });
});
