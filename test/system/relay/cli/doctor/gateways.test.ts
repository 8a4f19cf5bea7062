// Gateways that are set up wrongly, each named by the doctor: packets are sent for real.

import { createSocket } from 'node:dgram';
import { type RunningRelay, runCloud } from '../../../../support/running-relay.ts';
import { until } from '../../../../support/until.ts';
import { type Broken, describeBroken, from, run, secrets, setUp, start, stops } from './set-up.ts';

const dayMs = 86_400_000;

const refusedBy = (relay: RunningRelay, name: string): Promise<boolean> =>
  until(
    () => relay.relay.status().secretFindings.has(name),
    'the relay has found out about the secret',
  );

/** A relay whose gateway asa signs with another secret than configured. */
async function signedWith(secret: string, more: object = {}): Promise<Broken> {
  const surroundings = setUp(more);
  const relay = await run(surroundings);
  relay.send(start(secret, from('203.0.113.7')));
  await refusedBy(relay, 'asa');
  return surroundings;
}

describeBroken('gateways', [
  [
    'a secret with a line end too much',
    {
      code: 'gateway-secret',
      result: 'fail',
      evidence: /plus a trailing newline/,
      advice: /without it/,
    },
    () => signedWith(`${secrets.asa}\n`),
  ],
  [
    'a secret with a space too much',
    {
      code: 'gateway-secret',
      result: 'fail',
      evidence: /plus a trailing space/,
      advice: /without it/,
    },
    () => signedWith(`${secrets.asa} `),
  ],
  [
    'the secret of another gateway',
    {
      code: 'gateway-secret',
      result: 'fail',
      evidence: /secret of gateway rras/,
      advice: /holds the secret of rras: type that of asa/,
    },
    () => signedWith(secrets.rras),
  ],
  [
    'an entirely different secret',
    {
      code: 'gateway-secret',
      result: 'fail',
      evidence: /none of \d+ candidates/,
      advice: /on both sides/,
    },
    () => signedWith('nothing-anybody-has-configured'),
  ],
  [
    'a Message-Authenticator that is demanded and missing',
    {
      code: 'gateway-secret',
      result: 'fail',
      evidence: /Message-Authenticator is wrong or missing/,
      advice: /requireMessageAuthenticator/,
    },
    () =>
      signedWith(secrets.asa, {
        gateways: [
          {
            name: 'asa',
            address: '127.0.0.1',
            secretFile: 'asa.secret',
            requireMessageAuthenticator: true,
          },
        ],
      }),
  ],
  [
    'a gateway that sends from another address than configured',
    {
      code: 'source-unknown',
      result: 'warn',
      evidence: /127\.0\.0\.3.*they carry the secret of asa/,
      advice: /add "127\.0\.0\.3" to "addresses" of asa/,
    },
    async () => {
      const surroundings = setUp();
      const { relay } = await run(surroundings);
      const other = createSocket('udp4');
      stops.push(() => other.close());
      await new Promise<void>((resolve) => other.bind(0, '127.0.0.3', resolve));
      other.send(start(secrets.asa), relay.addresses[0]?.port ?? 0, '127.0.0.1');
      await until(
        () => relay.status().strangers.some(({ signedAs }) => signedAs === 'asa'),
        'the unknown client is known by its secret',
      );
      return surroundings;
    },
  ],
  [
    'starts without a client address',
    {
      code: 'gateway-attributes',
      result: 'warn',
      evidence: /0 of 1 starts carry a client address/,
      advice: /Calling-Station-Id/,
    },
    async () => {
      const surroundings = setUp();
      const relay = await run(surroundings);
      relay.send(start(secrets.asa));
      await until(() => relay.answers.length === 1, 'the packet is answered');
      return surroundings;
    },
  ],
  [
    'a gateway that was never heard of',
    {
      code: 'gateway-seen',
      result: 'warn',
      evidence: /never heard of/,
      advice: /capture --gateway asa/,
    },
    async () => {
      const surroundings = setUp();
      await run(surroundings);
      return surroundings;
    },
  ],
  [
    'a gateway that fell silent',
    {
      code: 'gateway-seen',
      result: 'warn',
      evidence: /silent for 72 h/,
      advice: /capture --gateway asa/,
    },
    async () => {
      const surroundings = setUp();
      const relay = await run(surroundings);
      relay.send(start(secrets.asa, from('203.0.113.7')));
      await until(() => relay.answers.length === 1, 'the packet is answered');
      return { ...surroundings, changes: { now: () => Date.now() + 3 * dayMs } };
    },
  ],
  [
    'a record that the cloud refuses for good',
    {
      code: 'dead-letters-empty',
      result: 'warn',
      evidence: /1 of its records are dead letters/,
      advice: /journal redrive/,
    },
    async () => {
      const surroundings = setUp();
      const cloud = await runCloud();
      cloud.refuse = () => true;
      const relay = await run(surroundings, cloud.cloud);
      relay.send(start(secrets.asa, from('203.0.113.7')));
      await until(
        () => relay.relay.status().balance.total.setAside === 1,
        'one record is set aside',
      );
      return surroundings;
    },
  ],
]);
