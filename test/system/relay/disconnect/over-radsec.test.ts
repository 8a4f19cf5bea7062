// Disconnect-Requests back over the TLS connection that the gateway opened, in RADIUS/1.0 and 1.1.
// The gateway is a client of RFC 6614 and RFC 9765 of these tests, which shares no line with us.

import { createHash, createHmac } from 'node:crypto';
import { askOver } from '../../../../relay/disconnect/ask-gateway.ts';
import { probeTarget } from '../../../../relay/disconnect/probe.ts';
import { markAttribute } from '../../../../relay/disconnect/session-marks.ts';
import type { RadsecTarget } from '../../../../relay/disconnect/target.ts';
import { systemAfter } from '../../../../relay/timers.ts';
import { accounting, attribute } from '../../../support/radius-packets.ts';
import { packet11, type RadsecClient } from '../../../support/radsec-client.ts';
import { runRadsecRelay } from '../../../support/radsec-relay.ts';
import { stopAll } from '../../../support/running-relay.ts';
import { until } from '../../../support/until.ts';

afterEach(stopAll);

const code = { request: 40, ack: 41, nak: 42 } as const;
const messageAuthenticator = 80;
const target: RadsecTarget = {
  via: 'radsec',
  gateway: 'asa',
  address: '127.0.0.1',
  form: 'rfc5176',
  perHourMax: 5,
};
const marks = [
  markAttribute('sessionId', Buffer.from('s-1')),
  markAttribute('userName', Buffer.from('alice')),
];
const noUdp = (): Promise<never> => Promise.reject(new Error('nothing goes over UDP'));

function typesIn(packet: Buffer): number[] {
  const types: number[] = [];
  for (let at = 20; at < packet.length; at += packet[at + 1] ?? 2) types.push(packet[at] ?? 0);
  return types;
}

/** An answer as RFC 5176 section 2.3 signs it, with the secret of RFC 6614. */
function answer10(request: Buffer, answerCode: number, secret = 'radsec'): Buffer {
  const answer = Buffer.alloc(20);
  answer[0] = answerCode;
  answer[1] = request[1] ?? 0;
  answer.writeUInt16BE(20, 2);
  request.copy(answer, 4, 4, 20);
  createHash('md5').update(answer).update(secret).digest().copy(answer, 4);
  return answer;
}

/** Whether both authenticators are those of RFC 5176 under that secret. */
function isSigned(request: Buffer, secret: string): boolean {
  const zeroed = Buffer.from(request);
  zeroed.fill(0, 4, 20);
  const digest = createHash('md5').update(zeroed).update(secret).digest();
  const hmac = createHmac('md5', secret)
    .update(zeroed.fill(0, 22, 38))
    .digest();
  return digest.equals(request.subarray(4, 20)) && hmac.equals(request.subarray(22, 38));
}

async function requestTo(client: RadsecClient): Promise<Buffer> {
  return until(() => client.answers.find((packet) => packet[0] === code.request), 'it is asked');
}

describe('a gateway that is connected by RadSec', () => {
  it('is asked over its own connection, and accounting goes on beside it', async () => {
    const { relay, connect } = await runRadsecRelay();
    const client = await connect({ ALPNProtocols: ['radius/1.0'] });
    client.send(accounting('radsec', [attribute(40, [0, 0, 0, 1]), attribute(44, 's-1')]));
    await client.answered(1);
    const asked = askOver(noUdp, systemAfter, relay.radsecLine)(target, marks, Date.now());
    const request = await requestTo(client);
    // A forged answer is as if it had not come, and nothing is cut off for it.
    client.send(answer10(request, code.ack, 'another'), answer10(request, code.nak));
    const end = await asked;
    client.send(accounting('radsec', [attribute(40, [0, 0, 0, 2]), attribute(44, 's-1')]));
    const answers = await client.answered(3);

    expect(end).toEqual({ kind: 'answered', answer: { kind: 'refused' } });
    expect(isSigned(request, 'radsec')).toBe(true);
    expect(typesIn(request)).toEqual([messageAuthenticator, 44, 1, 55]);
    expect(answers.map((packet) => packet[0])).toEqual([5, code.request, 5]);
    expect(relay.counts().outcomes['unexpected-code'] ?? 0).toBe(0);
  });

  it('is asked by RADIUS/1.1 with a Token and nothing of MD5', async () => {
    const { relay, connect } = await runRadsecRelay({ radsec: { versions: ['1.1'] } });
    const client = await connect({ ALPNProtocols: ['radius/1.1'] });
    const ask = askOver(noUdp, systemAfter, relay.radsecLine);
    await until(() => relay.radsecLine?.isConnected('asa', '127.0.0.1'), 'it is connected');
    const asked = ask(target, marks, Date.now());
    const request = await requestTo(client);
    const token = request.readUInt32BE(4);
    client.send(packet11(code.ack, (token ^ 1) >>> 0, []), packet11(code.ack, token, []));

    expect(await asked).toEqual({ kind: 'answered', answer: { kind: 'acknowledged' } });
    expect([request[1], request.subarray(8, 20).every((octet) => octet === 0)]).toEqual([0, true]);
    expect(typesIn(request)).toEqual([44, 1, 55]);
  });

  it('answers a probe of a session that does not exist with its cause', async () => {
    const { relay, connect } = await runRadsecRelay();
    const client = await connect({ ALPNProtocols: ['radius/1.1'] });
    await until(() => relay.radsecLine?.isConnected('asa', '127.0.0.1'), 'it is connected');
    const ask = askOver(noUdp, systemAfter, relay.radsecLine);
    const asked = probeTarget(target, ask, Date.now());
    const token = (await requestTo(client)).readUInt32BE(4);
    client.send(packet11(code.nak, token, [attribute(101, [0, 0, 1, 247])]));

    expect(await asked).toEqual({
      kind: 'answered',
      answer: { kind: 'refused', cause: 'Session-Context-Not-Found' },
    });
  });

  it('that ends its connection is silent at once, and says why', async () => {
    const { relay, connect } = await runRadsecRelay();
    const client = await connect();
    await until(() => relay.radsecLine?.isConnected('asa', '127.0.0.1'), 'it is connected');
    const asked = askOver(noUdp, systemAfter, relay.radsecLine)(target, marks, Date.now());
    await requestTo(client);
    client.end();

    expect(await asked).toMatchObject({ kind: 'silent', fault: expect.stringMatching(/ended/) });
  });

  it('is asked by its own name and address alone', async () => {
    const { relay, connect } = await runRadsecRelay();
    const client = await connect();
    await until(() => relay.radsecLine?.isConnected('asa', '127.0.0.1'), 'it is connected');
    const ask = askOver(noUdp, systemAfter, relay.radsecLine);
    const others = [
      await ask({ ...target, gateway: 'rras' }, marks, Date.now()),
      await ask({ ...target, address: '192.0.2.1' }, marks, Date.now()),
    ];

    for (const end of others) {
      expect(end).toMatchObject({ kind: 'silent', fault: expect.stringMatching(/no RadSec/) });
    }
    expect(client.answers).toEqual([]);
  });
});
