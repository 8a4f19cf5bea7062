// Which orders are carried out, and what is said of the others: each rule by one order that breaks
// it alone.

import fc from 'fast-check';
import { type disconnectForms, formNames, formOf } from '../../../relay/disconnect/forms.ts';
import { judgeOrder, type OrderGround } from '../../../relay/disconnect/judge-order.ts';
import { markNames, type SessionMarks } from '../../../relay/disconnect/session-marks.ts';
import type { DisconnectTarget } from '../../../relay/disconnect/target.ts';
import type { CutOrder } from '../../../wire/cut-orders.ts';
import {
  groundOf,
  orderOf,
  orderTime,
  recordOfSession,
  sessionsOf,
  targetOf,
} from '../../support/disconnects.ts';
import { hourMs, minuteMs, morning } from '../../support/events.ts';

const allMarks: SessionMarks = Object.fromEntries(
  markNames.map((name) => [name, Buffer.from(name === 'userName' ? 'alice' : name.slice(0, 4))]),
);

const radsecTarget: DisconnectTarget = {
  via: 'radsec',
  gateway: 'vpn-1',
  address: '192.0.2.1',
  form: 'rfc5176',
  perHourMax: 5,
};

/** What breaks one rule. */
const broken: readonly [string, Partial<CutOrder>, Partial<OrderGround>][] = [
  ['expired', {}, { now: orderTime + 5 * minuteMs }],
  ['expired', { issuedAt: orderTime - hourMs }, {}],
  ['expired', {}, { now: orderTime - 2 * minuteMs }],
  ['spent', {}, { isSpent: () => true }],
  ['not-opted-in', {}, { config: { targets: [], isEnabled: true } }],
  ['not-opted-in', { gatewayId: 'vpn-2' }, {}],
  ['switched-off', {}, { config: { targets: [targetOf()], isEnabled: false } }],
  ['behind-proxy', {}, { isBehindProxy: () => true }],
  ['unknown-session', { sessionId: 's2' }, {}],
  ['other-user', { account: 'bob' }, {}],
  ['other-session', { startedAt: morning - hourMs }, {}],
  ['form-changed', { form: 'strongswan' }, {}],
  ['limit-reached', {}, { countOf: () => 5 }],
  [
    'secret-shared',
    {},
    { config: { targets: [targetOf({ secretSharedWith: 'vpn-2' })], isEnabled: true } },
  ],
  [
    'other-address',
    {},
    { config: { targets: [targetOf({ address: '192.0.2.99' })], isEnabled: true } },
  ],
  [
    'already-ended',
    {},
    {
      sessions: sessionsOf(
        recordOfSession(),
        recordOfSession({ kind: 'stop', at: morning + minuteMs }),
      ),
    },
  ],
  [
    'already-ended',
    {},
    {
      sessions: sessionsOf(
        recordOfSession(),
        recordOfSession({ kind: 'gateway-on', at: morning + hourMs }),
      ),
    },
  ],
  [
    'already-ended',
    { startedAt: morning, issuedAt: morning + 25 * hourMs, expiresAt: morning + 25 * hourMs + 1 },
    { now: morning + 25 * hourMs },
  ],
  [
    'attributes-missing',
    { form: 'fortigate' },
    { config: { targets: [targetOf({ form: 'fortigate' })], isEnabled: true } },
  ],
  [
    'not-connected',
    {},
    {
      config: { targets: [radsecTarget], isEnabled: true },
      isConnected: (gateway, address) => gateway === 'vpn-2' && address === '192.0.2.1',
    },
  ],
  [
    'others-open',
    { form: 'strongswan' },
    {
      config: { targets: [targetOf({ form: 'strongswan' })], isEnabled: true },
      sessions: sessionsOf(recordOfSession(), recordOfSession({ sessionId: 's2', user: 'ALICE' })),
    },
  ],
];

describe('an order', () => {
  it('is carried out with the attributes of the session as the gateway said them', () => {
    const ruling = judgeOrder(orderOf(), groundOf());

    expect(ruling).toEqual({
      kind: 'send',
      target: targetOf(),
      session: expect.objectContaining({ sessionId: 's1', address: '192.0.2.1' }),
      attributes: [Buffer.from('\x2c\x04s1'), Buffer.from('\x01\x07alice')],
    });
  });

  it.each(broken)('is void as %s: %o', (reason, changes, ground) => {
    const ruling = judgeOrder(orderOf(changes), groundOf(ground));

    expect(ruling).toEqual({ kind: 'void', reason, detail: expect.stringMatching(/./) });
  });

  it('breaks as many rules as it will: it is void', () => {
    fc.assert(
      fc.property(fc.subarray([...broken.keys()], { minLength: 1 }), (indices) => {
        const picked = indices.flatMap((index) => broken[index] ?? []);
        const parts = picked.filter((part) => typeof part === 'object');
        const order = orderOf(Object.assign({}, ...parts.filter((_, i) => i % 2 === 0)));
        const ground = groundOf(Object.assign({}, ...parts.filter((_, i) => i % 2 === 1)));
        const isMended = judgeOrder(order, ground).kind === 'send';
        // Rules that take each other's ground can mend each other; nothing else may be sent.
        return !isMended || indices.length > 1;
      }),
    );
  });

  it('by name is carried out when every session that ends was listed', () => {
    const sessions = sessionsOf(
      recordOfSession(),
      recordOfSession({ sessionId: 's2', user: 'CORP\\Alice' }),
      recordOfSession({ sessionId: 's3', user: 'bob' }),
    );
    const config = { targets: [targetOf({ form: 'strongswan' })], isEnabled: true };

    const ruling = judgeOrder(
      orderOf({ form: 'strongswan', alsoEnds: ['s2'] }),
      groundOf({ config, sessions }),
    );

    expect(ruling).toMatchObject({ kind: 'send', attributes: [Buffer.from('\x01\x07alice')] });
  });

  it.each(formNames)('of form %s says what the form names and nothing else', (form) => {
    const sessions = sessionsOf(recordOfSession({}, allMarks));
    const config = { targets: [targetOf({ form })], isEnabled: true };

    const ruling = judgeOrder(orderOf({ form, sessionId: 's1' }), groundOf({ config, sessions }));

    const { needs, takes } = formOf(form);
    expect(ruling).toMatchObject({ kind: 'send' });
    expect(ruling.kind === 'send' ? ruling.attributes.length : 0).toBe(needs.length + takes.length);
  });

  it('never names a NAS address to FortiGate, nor a tunnel address to hostapd', () => {
    const named = (form: keyof typeof disconnectForms): readonly string[] => [
      ...formOf(form).needs,
      ...formOf(form).takes,
    ];

    expect(named('fortigate')).not.toContain('nasIpAddress');
    expect(named('hostapd')).not.toContain('framedIpAddress');
  });
});
