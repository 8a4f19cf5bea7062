// A fault in TLS must not be one of the relay: when its thread dies, TLS comes back by itself.

import { radsecDefaults } from '../../../../relay/config/radsec.ts';
import { Radsec } from '../../../../relay/radsec/radsec.ts';
import { type StartThread, threadsOf } from '../../../../relay/radsec/thread-link.ts';
import { AuthenticatorMemory } from '../../../../relay/receive/authenticator-memory.ts';
import { GatewayClocks } from '../../../../relay/receive/gateway-clocks.ts';
import { makeGatewayTable } from '../../../../relay/receive/gateway-table.ts';
import { OutcomeCounters } from '../../../../relay/receive/outcome-counters.ts';
import { SessionNames } from '../../../../relay/receive/session-names.ts';
import { attribute } from '../../../support/radius-packets.ts';
import { packet11, RadsecClient } from '../../../support/radsec-client.ts';
import { makeRadsecFiles, threadProgram } from '../../../support/radsec-relay.ts';
import { readWithMode } from '../../../support/read-with-mode.ts';
import { onStop, stopAll, temporaryFolder } from '../../../support/running-relay.ts';
import { until } from '../../../support/until.ts';

afterEach(stopAll);

type Append = (done: (error: Error | undefined, position: number) => void) => void;

/** RadSec over a journal of the test, and a hand on its thread. */
async function startRadsec(append: Append) {
  const { authority, files } = makeRadsecFiles(temporaryFolder());
  const book = new OutcomeCounters();
  const lines: string[] = [];
  const table = makeGatewayTable([{ name: 'asa', addresses: ['127.0.0.1'], secrets: [] }]);
  let kill = async (): Promise<void> => undefined;
  const startThread: StartThread = (start, events) => {
    const thread = threadsOf(threadProgram)(start, events);
    kill = () => thread.terminate();
    return thread;
  };
  const radsec = new Radsec(
    {
      ...files,
      versions: ['1.1'],
      listen: [{ address: '127.0.0.1', port: 0 }],
      limits: { ...radsecDefaults, handshakesPerSecondMax: 50 },
    },
    {
      gateways: () => table,
      isFips: false,
      readFile: readWithMode,
      startThread,
      log: (_level, event) => lines.push(event),
      recorder: {
        book,
        memory: new AuthenticatorMemory(10),
        clocks: new GatewayClocks(),
        names: new SessionNames(),
        now: Date.now,
        journal: { isWritable: true, append: (_, done) => append(done) },
        monotonicMs: () => performance.now(),
        onDrop: () => undefined,
        onAcknowledged: () => undefined,
        onFault: () => undefined,
      },
    },
  );
  onStop(() => radsec.close());
  await radsec.open();
  const gateway = authority.issue({ name: 'vpn1' });
  const connect = async (): Promise<RadsecClient> => {
    const port = radsec.status().addresses[0]?.port ?? 0;
    const { certificate: cert, key } = gateway;
    const ALPNProtocols = ['radius/1.1'];
    const options = { port, cert, key, ca: authority.certificate, ALPNProtocols };
    const client = await RadsecClient.connect(options);
    onStop(() => client.end());
    return client;
  };
  return { radsec, book, lines, connect, kill: () => kill() };
}

const packet = packet11(4, 1, [attribute(40, [0, 0, 0, 1])]);

describe('the end of the RadSec thread', () => {
  it('is said, and it is started again on the same port', async () => {
    const { radsec, lines, connect, kill } = await startRadsec((done) => done(undefined, 1));
    const port = radsec.status().addresses[0]?.port;
    const before = await connect();

    await kill();
    await before.closed();
    await until(() => lines.includes('radsec-thread-ended'), 'the end of the thread is said');
    expect(radsec.status()).toMatchObject({ isOpen: false, trouble: expect.any(String) });
    await until(() => radsec.status().isOpen, 'TLS is open again');

    const client = await connect();
    client.send(packet);
    expect(await client.answered(1)).toHaveLength(1);
    expect(radsec.status()).not.toHaveProperty('trouble');
    expect(radsec.status().addresses[0]?.port).toBe(port);
  });

  it('loses no packet that was being written: it is recorded and not answered', async () => {
    const waiting: ((error: undefined, position: number) => void)[] = [];
    const { book, connect, kill } = await startRadsec((done) => waiting.push(done));
    const client = await connect();
    client.send(packet);
    await until(() => waiting.length === 1, 'the packet waits for the disk');

    await kill();
    await client.closed();
    for (const done of waiting) done(undefined, 1);

    expect(book.snapshot()).toMatchObject({ inFlight: 0, outcomes: { acknowledged: 1 } });
  });

  it('meets a full disk with silence, and keeps the connection', async () => {
    const full = new Error('no space');
    let isFull: boolean = true;
    const { book, connect } = await startRadsec((done) => done(isFull ? full : undefined, 1));
    const client = await connect();
    client.send(packet);
    await until(() => book.counted === 1, 'the packet is counted');
    isFull = false;
    client.send(packet11(4, 2, [attribute(40, [0, 0, 0, 1])]));

    const [answer] = await client.answered(1);

    expect(answer).toEqual(packet11(5, 2, []));
    expect(book.snapshot().outcomes).toEqual({ 'not-recorded': 1, acknowledged: 1 });
  });
});
