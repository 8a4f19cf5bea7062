// Orders and reports as they cross the wire: only the pinned cloud key makes an order, and hostile
// bodies are refused by the name of a field.

import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { parseCutReports } from '../../wire/cut-orders.ts';
import { openCutOrders } from '../../wire/relay-control.ts';
import { publicJwkOf, sealKeyOf } from '../../wire/signature.ts';
import { signDocument } from '../../wire/signed-document.ts';
import { orderIdOf, orderOf } from '../support/disconnects.ts';

const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const cloud = newKey();
const pinned = publicJwkOf(cloud);
const document = {
  version: 1,
  relayId: 'relay-1',
  issuedAt: 1,
  nonce: 'n',
  isAwaited: true,
  orders: [orderOf()],
};
const parse = (value: unknown) => parseCutReports(Buffer.from(JSON.stringify(value)));

describe('a document of orders', () => {
  it('is read when the pinned key signed it as what it is', () => {
    const text = signDocument('wherefrom-cut-orders', sealKeyOf(cloud), document);

    expect(openCutOrders(text, pinned)).toEqual(document);
  });

  it('is none when a relay or anybody else signed it, or it is of another kind', () => {
    const relayKey = sealKeyOf(newKey());
    const texts = [
      signDocument('wherefrom-cut-orders', relayKey, document),
      signDocument('wherefrom-relay-config', sealKeyOf(cloud), document),
      signDocument('wherefrom-cut-orders', sealKeyOf(cloud), { ...document, orders: [{}] }),
      signDocument('wherefrom-cut-orders', sealKeyOf(cloud), { ...document, version: 2 }),
    ];

    expect(texts.map((text) => openCutOrders(text, pinned))).toEqual(texts.map(() => undefined));
  });

  it('holds no attribute of a request, whatever else stands in it', () => {
    const order = { ...orderOf(), attributes: { 'User-Name': 'bob' }, address: '192.0.2.66' };
    const text = signDocument('wherefrom-cut-orders', sealKeyOf(cloud), {
      ...document,
      orders: [order],
    });

    expect(openCutOrders(text, pinned)?.orders).toEqual([orderOf()]);
  });
});

describe('reports of a relay', () => {
  const report = { orderId: orderIdOf(1), state: 'refused', at: 1, cause: 'Invalid-Request' };

  it('are read as far as they are known', () => {
    expect(parse({ version: 1, reports: [{ ...report, more: 1 }] })).toEqual({
      ok: true,
      value: { version: 1, reports: [report] },
    });
  });

  it.each([
    ['reports', { version: 1, reports: [] }],
    ['reports.0.state', { version: 1, reports: [{ ...report, state: 'requested' }] }],
    ['reports.0.orderId', { version: 1, reports: [{ ...report, orderId: '../1' }] }],
    ['reports.0.cause', { version: 1, reports: [{ ...report, cause: 'a\nb' }] }],
  ])('are refused for %s', (field, body) => {
    expect(parse(body)).toEqual({
      ok: false,
      problem: 'malformed',
      detail: `field ${field} is wrong`,
    });
  });

  it('may be any octets at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => {
        return !parseCutReports(Buffer.from(octets)).ok;
      }),
    );
  });
});
