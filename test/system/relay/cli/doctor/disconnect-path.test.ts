// `disconnect-path` against gateways that answer, refuse, are silent or are not there.

import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Surroundings } from '../../../../../relay/cli/doctor/check.ts';
import { disconnectPath } from '../../../../../relay/cli/doctor/checks/disconnect-path.ts';
import { formNames } from '../../../../../relay/disconnect/forms.ts';
import type { UdpTarget } from '../../../../../relay/disconnect/target.ts';
import { disconnectSecret, targetOf } from '../../../../support/disconnects.ts';
import { freePort } from '../../../../support/free-port.ts';
import { onStop, stopAll } from '../../../../support/running-relay.ts';

afterEach(stopAll);

/** A gateway that answers with a code, and an Error-Cause where there is one. */
async function gateway(code: number | undefined, cause?: number): Promise<number> {
  const socket = createSocket('udp4');
  onStop(() => socket.close());
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  socket.on('message', (request, { port, address }) => {
    if (code === undefined) return;
    const value = Buffer.from([101, 6, 0, 0, (cause ?? 0) >> 8, (cause ?? 0) & 255]);
    const answer = Buffer.concat([Buffer.alloc(20), ...(cause === undefined ? [] : [value])]);
    answer[0] = code;
    answer[1] = request[1] ?? 0;
    answer.writeUInt16BE(answer.length, 2);
    request.copy(answer, 4, 4, 20);
    createHash('md5').update(answer).update(disconnectSecret).digest().copy(answer, 4);
    socket.send(answer, port, address);
  });
  return socket.address().port;
}

async function look(changes: Partial<UdpTarget>, isEnabled = true) {
  const target = targetOf({ address: '127.0.0.1', ...changes });
  const config = { disconnect: { targets: [target], isEnabled } };
  const around = { loaded: { config, findings: [] }, now: Date.now } as unknown as Surroundings;
  const results = await disconnectPath.run(around);
  return results.map(({ result, evidence }) => `${result}: ${evidence}`);
}

describe('disconnect-path', () => {
  it.each(formNames)('passes when a request of form %s is refused', async (form) => {
    const [found] = await look({ form, port: await gateway(42, 503) });

    expect(found).toMatch(/^pass: .* does not exist \(Session-Context-Not-Found\)$/);
  });

  it('warns of a form that does not fit, and of a gateway that says yes to anything', async () => {
    expect(await look({ port: await gateway(42, 401) })).toEqual([
      expect.stringMatching(/^warn: .*Unsupported-Attribute/),
    ]);
    expect(await look({ port: await gateway(41) })).toEqual([
      expect.stringMatching(/^warn: .* says yes to a session that does not exist/),
    ]);
  });

  it('fails when nobody listens, the secret is another, or nothing comes', async () => {
    const secret = Buffer.from('another-secret-than-it-has');
    const found = await Promise.all([
      freePort().then((port) => look({ port })),
      gateway(42, 503).then((port) => look({ port, secret })),
      gateway(undefined).then((port) => look({ port })),
    ]);

    expect(found.flat()).toEqual([
      expect.stringMatching(/^fail: .*nobody listens/),
      expect.stringMatching(/^fail: .*the secret is another/),
      expect.stringMatching(/^fail: .*no answer: other secret, filtered port, clock off/),
    ]);
  });

  it('says that the kill switch is on, and is skipped where nothing is opted in', async () => {
    const around = { loaded: { config: {}, findings: [] } } as unknown as Surroundings;

    expect((await look({ port: await gateway(42, 503) }, false))[0]).toMatch(/^warn: disconnectEn/);
    expect(await disconnectPath.run(around)).toMatchObject([{ result: 'skip' }]);
  });
});
