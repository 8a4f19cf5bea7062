// The bounds of the RadSec thread under a clock of the test, and the relay under attack: UDP must
// not notice. The thread's own program runs here in the test's thread, over a message channel.

import { createSocket } from 'node:dgram';
import { connect as connectTcp } from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import type { RadsecLimits } from '../../../../relay/config/radsec-material.ts';
import { packetsIn } from '../../../../relay/radsec/packet-stream.ts';
import {
  type MainMessage,
  radsecBounds,
  type ThreadMessage,
} from '../../../../relay/radsec/protocol.ts';
import { serveRadsec } from '../../../../relay/radsec/thread.ts';
import { TestAuthority } from '../../../support/certificates.ts';
import { accounting, attribute } from '../../../support/radius-packets.ts';
import { packet11, RadsecClient } from '../../../support/radsec-client.ts';
import { runRadsecRelay } from '../../../support/radsec-relay.ts';
import { gatewaySecret, onStop, stopAll } from '../../../support/running-relay.ts';
import { floodHandshakes, holdConnections } from '../../../support/tls-attack.ts';
import { until } from '../../../support/until.ts';

afterEach(stopAll);

const unlimited: RadsecLimits = {
  connectionsMax: 100,
  connectionsPerSourceMax: 100,
  handshakesPerSecondMax: 100,
  idleSeconds: 60,
};

/** The thread alone: what it says is kept, time passes when the test says so. */
async function startThread(limits: Partial<RadsecLimits> = {}) {
  const authority = new TestAuthority();
  const { certificate, key } = authority.issue({ name: 'relay' });
  const material = { certificate, key, ca: authority.certificate };
  const { port1: main, port2: thread } = new MessageChannel();
  const heard: ThreadMessage[] = [];
  let nowMs = 0;
  const looks = new Set<() => void>();
  const lookAround = (): void => {
    for (const look of looks) look();
  };
  main.on('message', (messages: readonly ThreadMessage[]) => heard.push(...messages));
  const tell = (...messages: MainMessage[]): void => main.postMessage(messages);
  await serveRadsec(
    thread,
    {
      material,
      versions: ['1.1'],
      isFips: false,
      limits: { ...unlimited, ...limits },
      listen: [{ address: '127.0.0.1', port: 0 }],
    },
    {
      nowMs: () => nowMs,
      every: (_, run) => {
        looks.add(run);
        return () => looks.delete(run);
      },
    },
  );
  onStop(() => {
    tell({ kind: 'stop' });
    main.close();
  });
  const listening = async (): Promise<number> => {
    await until(() => heard.length > 0, 'the thread listens');
    const [first] = heard;
    return first?.kind === 'listening' ? (first.addresses[0]?.port ?? 0) : 0;
  };
  const port = await listening();
  const gateway = authority.issue({ name: 'vpn1' });
  const connect = async (): Promise<RadsecClient> => {
    const client = await RadsecClient.connect({
      port,
      cert: gateway.certificate,
      key: gateway.key,
      ca: authority.certificate,
      ALPNProtocols: ['radius/1.1'],
    });
    onStop(() => client.end());
    return client;
  };
  return {
    heard,
    tell,
    port,
    connect,
    pass: (ms: number) => {
      nowMs += ms;
      lookAround();
    },
    /** The thread tells of ends when it looks around, as it does every second. */
    ends: () => {
      lookAround();
      return heard.flatMap((one) => (one.kind === 'ends' ? Object.keys(one.counts) : []));
    },
    packets: () =>
      heard.flatMap((one) => (one.kind === 'packets' ? [...packetsIn(one.octets)] : [])),
  };
}

/** Packets from here on belong to another connection than those of the test. */
const markedFrom = 1_000_000;
const isMarked = (packet: Buffer): boolean => packet.readUInt32BE(4) >= markedFrom;
const markedIn = (packets: readonly Buffer[]): Buffer[] => packets.filter(isMarked);
const sentIn = (packets: readonly Buffer[]): Buffer[] => packets.filter((one) => !isMarked(one));

const start = (i: number): Buffer =>
  packet11(4, i, [attribute(40, [0, 0, 0, 1]), attribute(44, `session-${i}`)]);

describe('the RadSec thread', () => {
  it('ends a connection whose packet does not end in time', async () => {
    const { connect, pass, ends, packets } = await startThread();
    const client = await connect();
    // One write: when the whole packet has come, so has the piece of the next.
    client.send(start(0), start(1).subarray(0, 10));
    await until(() => packets().length === 1, 'the packet before has come');

    pass(radsecBounds.packetMs + 1);
    await client.closed();

    expect(packets()).toEqual([start(0)]);
    await until(() => ends().includes('slow-packet'), 'a connection ends as slow-packet');
  });

  it('ends a connection that has been quiet for long, and none that still waits', async () => {
    const { connect, pass, ends, packets } = await startThread({ idleSeconds: 60 });
    const [quiet, waiting] = [await connect(), await connect()];
    waiting.send(start(1));
    await until(() => packets().length === 1, 'the packet has come');

    pass(60_001);
    await quiet.closed();

    await until(() => ends().includes('idle'), 'a connection ends as idle');
    expect(waiting.isClosed).toBe(false);
  });

  it('reads no further while too many packets of a connection wait for the disk', async () => {
    const { connect, heard, tell, packets } = await startThread();
    const client = await connect();
    const sent = Array.from({ length: 3000 }, (_, i) => start(i));
    for (const packet of sent) client.send(packet);
    await until(
      () => packets().length >= radsecBounds.unansweredPerConnectionMax,
      'as many packets have come as may wait',
    );
    // The thread goes on with others for many turns, in which it would have read on.
    const other = await connect();
    for (let i = 0; i < 20; i += 1) {
      other.send(start(markedFrom + i));
      await until(() => markedIn(packets()).length > i, `packet ${i} of the other has come`);
    }

    const before = sentIn(packets());
    expect(before.length).toBeLessThan(1500);
    const opened = heard.find((one) => one.kind === 'opened');
    const connection = opened?.kind === 'opened' ? opened.connection : 0;
    let settled = 0;
    while (settled < sent.length) {
      await until(() => sentIn(packets()).length > settled, 'the thread reads on');
      const more = sentIn(packets()).slice(settled);
      settled += more.length;
      const octets = more.reduce((sum, { length }) => sum + length, 0);
      const settling = { packets: more.length, octets };
      tell({ kind: 'answers', connection, octets: new Uint8Array(0), settled: settling });
    }

    expect(sentIn(packets())).toEqual(sent);
  });

  it('ends a connection that takes no answers', async () => {
    const { connect, heard, tell, pass, ends } = await startThread();
    const client = await connect();
    client.socket.pause();
    await until(() => heard.some(({ kind }) => kind === 'opened'), 'the connection is open');
    const opened = heard.find((one) => one.kind === 'opened');
    const connection = opened?.kind === 'opened' ? opened.connection : 0;
    const octets = new Uint8Array(8_000_000);
    tell({ kind: 'answers', connection, octets, settled: { packets: 0, octets: 0 } });
    // It obeys in order: what it says to this comes after the answers were written.
    tell({ kind: 'pause' });
    await until(() => heard.some(({ kind }) => kind === 'paused'), 'the thread has obeyed');

    pass(radsecBounds.drainMs + 1);

    await until(() => ends().includes('no-answers-read'), 'a connection ends as no-answers-read');
  });

  it('resets connections over its limits before it spends TLS on them', async () => {
    const { connect, port, ends } = await startThread({ connectionsPerSourceMax: 2 });
    await connect();
    await connect();

    const third = connectTcp(port, '127.0.0.1');
    third.on('error', () => undefined);
    await new Promise((resolve) => third.once('close', resolve));

    await until(
      () => ends().includes('too-many-connections'),
      'a connection ends as too-many-connections',
    );
  });

  it('is nobody for what speaks no TLS', async () => {
    const { port, ends } = await startThread();
    const plain = connectTcp(port, '127.0.0.1', () => plain.write('GET / HTTP/1.1\r\n\r\n'));
    plain.on('error', () => undefined);
    plain.resume();
    await new Promise((resolve) => plain.once('close', resolve));

    await until(() => ends().includes('handshake-failed'), 'a connection ends as handshake-failed');
  });
});

describe('a relay whose TLS port is attacked', () => {
  it('answers every UDP packet meanwhile, and a known gateway over TLS, too', async () => {
    const all = { name: 'all', addresses: ['127.0.0.0/8'], secrets: [Buffer.from(gatewaySecret)] };
    const limits = { ...unlimited, connectionsMax: 1000, connectionsPerSourceMax: 32 };
    const { relay, connect, options } = await runRadsecRelay({
      relay: { gateways: [all] },
      radsec: { limits: { ...limits, handshakesPerSecondMax: 5 } },
    });
    const known = await connect({ ALPNProtocols: ['radius/1.1'] });
    const { port = 0, ...tls } = options();
    const udp = createSocket('udp4');
    onStop(() => udp.close());
    const answers = new Set<number>();
    udp.on('message', (answer) => answers.add(answer[1] ?? -1));

    const loris = await holdConnections({ port, tls }, { connections: 60, perSecond: 200 });
    onStop(() => loris.stop());
    const beganMs = performance.now();
    const flooding = floodHandshakes({ port, tls }, { perSecond: 150, seconds: 2 });
    for (let i = 0; i < 200; i += 1) {
      const session = attribute(44, `udp-${i}`);
      const packet = accounting(gatewaySecret, [attribute(40, [0, 0, 0, 1]), session], {
        identifier: i,
      });
      udp.send(packet, relay.addresses[0]?.port ?? 0, '127.0.0.1');
      await until(() => answers.has(i), `UDP packet ${i} is answered`);
    }
    known.send(start(1));
    const flood = await flooding;
    const seconds = (performance.now() - beganMs) / 1000;

    expect(await known.answered(1)).toHaveLength(1);
    // Most of the flood is turned away before TLS; let in is what a second allows, which the bucket
    // holds in the beginning, and what each second since has added.
    const letInMax = (1 + seconds) * radsecBounds.unknownClientHandshakesPerSecondMax;
    expect(flood.open).toBeLessThanOrEqual(letInMax);
    await until(
      () => (relay.status().radsec?.ends['too-many-handshakes'] ?? 0) > 100,
      'a hundred handshakes are refused',
    );
    expect(relay.counts().outcomes).toEqual({ acknowledged: 201 });
  });
});
